import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Early, Lanes } from '../common/database/lanes';
import { inOneRoundTrip, NOTHING_TO_SEND } from '../common/database/round-trip';
import { limitLocks, transactionTime } from '../common/database/statements';
import { afterCommit, Transactions, withCommit } from '../common/database/transactions';
import { DomainError } from '../common/errors/domain-error';
import { Links } from '../common/http/links';
import { type Beginning, IdempotencyStore, refusalOf } from '../common/idempotency/idempotency.store';
import { freshResponse, refusalResponse, type StoredResponse } from '../common/idempotency/stored-response';
import { Tracing } from '../common/observability/tracing';
import { type ContactCard, ContactUpsert, waitsForContact } from '../contacts/contact-upsert';
import type { Audience } from '../domain-events/audience';
import { DomainEvents } from '../domain-events/domain-events';
import { CapacityExceeded } from '../events/inventory.errors';
import { InventoryService, type SeatMove } from '../events/inventory.service';
import { RefusedSeats } from '../events/refused-seats';
import { Outbox } from '../notifications/outbox';
import { AdmissionMetrics } from './admission-metrics';
import {
  type Admission,
  type AdmissionFacts,
  decide,
  invitationKey,
  type Refusal,
  type Ticket,
} from './admission';
import { SEAT_OF_STATUS } from './attendee.entity';
import { NEWS_OF_ISSUING, newsOfIssuing } from './attendee-news';
import { type Issued, type IssueTickets, type PreparedRequest, prepare } from './issue-tickets.command';
import { viewIssued } from './issued.view';
import { CONFIRMATION } from './messages';
import { TicketsRepository } from './tickets.repository';

/** What a request comes to: an answer to send and perhaps to store, or an error that is never stored. */
export type Outcome = StoredResponse | DomainError;

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
    transactions: Transactions,
    private readonly idempotency: IdempotencyStore,
    private readonly inventory: InventoryService,
    private readonly contacts: ContactUpsert,
    private readonly tickets: TicketsRepository,
    private readonly outbox: Outbox,
    private readonly domainEvents: DomainEvents,
    private readonly links: Links,
    private readonly refusedSeats: RefusedSeats,
    metrics: AdmissionMetrics,
    tracing: Tracing,
  ) {
    this.lanes = new Lanes({
      lanes: 4,
      desiredBatch: 32,
      maxBatch: MAX_BATCH,
      maxWaiting: 1_000,
      connect: () => transactions.connect(),
      keyOf: ({ eventId }) => eventId,
      around: (batch, settle) => {
        metrics.noteBatch(batch);
        const links = batch.map(({ command }) => command.notes?.traceparent);
        return tracing.run({ name: 'issue tickets', links }, settle);
      },
      work: (manager, requests, early, searching) =>
        this.issueBatch(manager, requests, early, searching ? CONTACT_SEARCH_MS : CONTACT_PATIENCE_MS),
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
    return this.issueBatch(manager, commands.map(prepare), () => undefined);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.lanes.close();
  }

  /** Answers `early` what stands whatever becomes of the batch. */
  private async issueBatch(
    manager: EntityManager,
    batch: readonly PreparedRequest[],
    early: Early<PreparedRequest, Outcome>,
    contactPatienceMs?: number,
  ): Promise<Outcome[]> {
    const known = await this.findKnown(manager, batch);
    known.forEach((outcome, request) => early(request, outcome));
    const requests = batch.filter((request) => !known.has(request));
    const { facts, contacts, audience, now } = await this.load(manager, requests, contactPatienceMs);
    const decisions = new Map(decide(facts, requests).map((decision, index) => [requests[index]!, decision]));
    const answers = this.write(manager, decisions, contacts, audience, now);
    return batch.map((request) => known.get(request) ?? answers.get(request)!);
  }

  /** Outcomes of the requests that were made before or are being made elsewhere. */
  private async findKnown(
    manager: EntityManager,
    batch: readonly PreparedRequest[],
  ): Promise<Map<PreparedRequest, Outcome>> {
    const keyed = batch.filter((request) => request.idempotent);
    const beginnings = await this.idempotency.begin(
      manager,
      keyed.map(({ idempotent }) => idempotent!),
    );
    const known = new Map<PreparedRequest, Outcome>();
    keyed.forEach((request, index) => {
      const outcome = knownOutcome(beginnings[index]!);
      if (outcome) known.set(request, outcome);
    });
    return known;
  }

  /**
   * Reads what the decisions depend on. Contacts and invited tickets are read after the seats are locked, so that
   * nobody invites or upgrades meanwhile.
   */
  private async load(
    manager: EntityManager,
    requests: readonly PreparedRequest[],
    contactPatienceMs: number | undefined,
  ) {
    const organizationIds = requests.map(({ organizationId }) => organizationId);
    const [{ events, ticketClasses }, , contacts, now, audience] = await inOneRoundTrip(
      this.inventory.lockSeats(manager, requests),
      contactPatienceMs ? limitLocks(manager, contactPatienceMs) : NOTHING_TO_SEND,
      this.contacts.lock(manager, requests),
      transactionTime(manager),
      this.domainEvents.audience(manager, NEWS_OF_ISSUING, organizationIds),
    );
    const invited = await this.tickets.findInvited(
      manager,
      requests.flatMap(({ organizationId, eventId, contactKey }) => {
        const contact = contacts.get(contactKey);
        return contact ? [{ organizationId, eventId, contactId: contact.id }] : [];
      }),
    );
    const facts: AdmissionFacts = { events, ticketClasses, invited: byInvitation(invited, contacts) };
    return { facts, contacts, audience, now };
  }

  /** Writes what was decided, all answers included, with the COMMIT, and returns the answers. */
  private write(
    manager: EntityManager,
    decisions: ReadonlyMap<PreparedRequest, Admission | Refusal>,
    known: ReadonlyMap<string, ContactCard>,
    audience: Audience,
    now: Date,
  ): Map<PreparedRequest, StoredResponse> {
    const admitted = [...decisions].filter(
      (entry): entry is [PreparedRequest, Admission] => entry[1].admitted,
    );
    const { cards, changed, sent } = this.contacts.write(
      manager,
      known,
      admitted.map(([{ organizationId, email, contact }]) => ({ organizationId, email, fields: contact })),
      now,
    );
    withCommit(manager, sent);
    const issued = admitted.map(([request, admission], index): Issued => {
      return { request, admission, contact: cards[index]! };
    });
    const answers = new Map<PreparedRequest, StoredResponse>();
    for (const [request, decision] of decisions) {
      if (!decision.admitted) answers.set(request, refusal(decision, request));
    }
    for (const one of issued) {
      answers.set(one.request, freshResponse(201, viewIssued(one, now, this.links)));
    }

    withCommit(
      manager,
      this.tickets.write(manager, issued, now),
      this.inventory.move(manager, issued.flatMap(seatsTaken)),
      this.outbox.add(manager, [
        ...issued.flatMap(confirmation),
        ...audience.messages(() => newsOfIssuing(issued, changed, now)),
      ]),
      this.idempotency.record(manager, recordable(answers)),
    );
    const shortages = [...decisions.values()].flatMap(shortage);
    afterCommit(manager, () => shortages.forEach((error) => this.refusedSeats.count(error)));
    return answers;
  }
}

function knownOutcome(beginning: Beginning): Outcome | undefined {
  return beginning.state === 'done' ? beginning.response : refusalOf(beginning);
}

function byInvitation(
  invited: readonly (Ticket & { eventId: string; contactId: string })[],
  contacts: ReadonlyMap<string, ContactCard>,
): Map<string, Ticket[]> {
  const keys = new Map([...contacts].map(([contactKey, { id }]) => [id, contactKey]));
  const found = new Map<string, Ticket[]>();
  for (const ticket of invited) {
    const key = invitationKey({ eventId: ticket.eventId, contactKey: keys.get(ticket.contactId)! });
    found.set(key, [...(found.get(key) ?? []), ticket]);
  }
  return found;
}

function refusal({ error }: Refusal, { requestId }: PreparedRequest): StoredResponse {
  return refusalResponse(error, requestId);
}

function shortage(decision: Admission | Refusal): CapacityExceeded[] {
  return !decision.admitted && decision.error instanceof CapacityExceeded ? [decision.error] : [];
}

function seatsTaken({ request, admission }: Issued): SeatMove[] {
  const seat = SEAT_OF_STATUS[admission.status];
  if (!seat) return [];
  const { organizationId, eventId, ticketClassId, quantity } = request;
  const [sold, pending] = seat === 'sold' ? [quantity, 0] : [0, quantity];
  return [{ organizationId, eventId, ticketClassId, sold, pending }];
}

function confirmation({ request }: Issued) {
  const { organizationId, paymentId, sendEmail, notes } = request;
  return sendEmail
    ? [
        {
          organizationId,
          type: CONFIRMATION,
          payload: { payment_id: paymentId },
          traceparent: notes?.traceparent,
        },
      ]
    : [];
}

function recordable(answers: ReadonlyMap<PreparedRequest, StoredResponse>) {
  return [...answers].flatMap(([{ idempotent }, response]) =>
    idempotent ? [{ request: idempotent, response }] : [],
  );
}
