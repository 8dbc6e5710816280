import type { PinoLogger } from 'nestjs-pino';
import type { DataSource } from 'typeorm';
import type { Transactions } from '../common/database/transactions';
import type { Outbox } from './outbox';
import { OutboxBacklog } from './outbox-backlog';
import type { OutboxMessage } from './outbox-message.entity';
import type { OutboxQueue } from './outbox-queues';
import { Relay } from './relay';
import type { Transport } from './transport';

/** Hands messages of one queue over soon after they are written. */
export class OutboxRelay extends Relay<OutboxMessage> {
  protected readonly rows: string;

  constructor(
    queue: OutboxQueue,
    transactions: Transactions,
    dataSource: DataSource,
    transport: Transport,
    logger: PinoLogger,
    outbox: Outbox,
  ) {
    super(transactions, new OutboxBacklog(dataSource, queue), transport, logger);
    this.rows = `Messages of the queue ${queue}`;
    outbox.onAdded(queue, () => this.nudge());
  }
}
