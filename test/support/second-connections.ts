import { AsyncLocalStorage } from 'node:async_hooks';
import type { INestApplicationContext } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { ImportService } from '../../src/attendees/guest-list/import.service';
import { Transactions } from '../../src/common/database/transactions';
import { InProcessTransport } from '../../src/notifications/in-process-transport';

/** An import counts how many of its kind hold several connections. A hand-over begins what it does not wait for. */
const ALLOWED = {
  import: ImportService.prototype,
  handOver: InProcessTransport.prototype,
};

const inTransaction = new AsyncLocalStorage<true>();

for (const [name, prototype] of Object.entries(ALLOWED)) {
  const methods = prototype as unknown as Record<string, (...values: unknown[]) => unknown>;
  const method = methods[name]!;
  methods[name] = function (...values) {
    return inTransaction.exit(() => method.apply(this, values));
  };
}

export class SecondConnection extends Error {
  constructor() {
    super('A transaction asked the pool for a second connection: what it does must go through its `manager`');
  }
}

/**
 * Watches the pool of an app, and returns who asked first for a connection inside of a transaction that has one. That
 * works until as many do so at once as there are connections: a deadlock that few tests would ever meet.
 */
export function watchForSecondConnections(nest: INestApplicationContext): () => SecondConnection | undefined {
  let first: SecondConnection | undefined;

  const transactions = nest.get(Transactions);
  const run = transactions.run.bind(transactions);
  transactions.run = (work) => run((manager) => inTransaction.run(true, () => work(manager)));

  const pool = (nest.get(DataSource).driver as unknown as { master: Pool }).master;
  const connect = pool.connect.bind(pool) as (...callback: unknown[]) => unknown;
  const watched = (...callback: unknown[]) => {
    if (inTransaction.getStore()) first ??= new SecondConnection();
    return connect(...callback);
  };
  Object.assign(pool, { connect: watched });
  return () => first;
}
