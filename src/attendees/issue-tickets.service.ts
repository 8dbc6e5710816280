import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Lanes } from '../common/database/lanes';
import { Transactions } from '../common/database/transactions';
import { DomainError } from '../common/errors/domain-error';
import type { StoredResponse } from '../common/idempotency/stored-response';
import { Tracing } from '../common/observability/tracing';
import { waitsForContact } from '../contacts/contact-upsert';
import { AdmissionMetrics } from './admission-metrics';
import { IssueBatchService, type Outcome } from './issue-batch.service';
import { type IssueTickets, type PreparedRequest, prepare } from './issue-tickets.command';

/** Most requests that share a transaction. */
export const MAX_BATCH = 64;

/**
 * How many milliseconds the events of a batch are held while it waits for a contact that somebody else writes, as an
 * import does for seconds: all the processes that sell one event may have to do so one after another, and each must get it
 * within the two seconds of a transaction. Less when those that want such a contact are searched for.
 */
const CONTACT_PATIENCE_MS = 500;
const CONTACT_SEARCH_MS = 100;

/**
 * Create attendee. Requests share transactions: those that arrive while one runs are decided together in the next,
 * in the order of their arrival, each as if it were alone (see `lanes.ts`).
 */
@Injectable()
export class IssueTicketsService implements BeforeApplicationShutdown {
  private readonly lanes: Lanes<PreparedRequest, Outcome>;

  constructor(
    private readonly batches: IssueBatchService,
    transactions: Transactions,
    metrics: AdmissionMetrics,
    tracing: Tracing,
  ) {
    this.lanes = new Lanes({
      lanes: 4,
      desiredBatch: 32,
      maxBatch: MAX_BATCH,
      maxWaiting: 1_000,
      patienceMs: 5_000,
      connect: () => transactions.connect(),
      keyOf: ({ eventId }) => eventId,
      around: (batch, settle) => {
        metrics.noteBatch(batch);
        const links = batch.map(({ command }) => command.notes?.traceparent);
        return tracing.run({ name: 'issue tickets', links }, settle);
      },
      work: (manager, requests, early, searching) => {
        const contactPatienceMs = searching ? CONTACT_SEARCH_MS : CONTACT_PATIENCE_MS;
        return batches.issue(manager, requests, { early, contactPatienceMs });
      },
      sharesLock: waitsForContact,
    });
    metrics.watch(this.lanes);
  }

  async issue(command: IssueTickets): Promise<StoredResponse> {
    const outcome = await this.lanes.submit(prepare(command));
    if (outcome instanceof DomainError) throw outcome;
    return outcome;
  }

  /** Issues in a transaction of the caller's own, which holds the locks until it ends. */
  issueAll(manager: EntityManager, commands: readonly IssueTickets[]): Promise<Outcome[]> {
    return this.batches.issue(manager, commands.map(prepare));
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.lanes.close();
  }
}
