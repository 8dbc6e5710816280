import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Early } from '../common/database/lanes';
import { inOneRoundTrip, NOTHING_TO_SEND } from '../common/database/round-trip';
import { limitLocks, transactionTime } from '../common/database/statements';
import { afterCommit, withCommit } from '../common/database/transactions';
import { DomainError } from '../common/errors/domain-error';
import { Links } from '../common/http/links';
import { type Beginning, IdempotencyStore, refusalOf } from '../common/idempotency/idempotency.store';
import { freshResponse, refusalResponse, type StoredResponse } from '../common/idempotency/stored-response';
import { type ContactCard, ContactUpsert } from '../contacts/contact-upsert';
import type { Audience } from '../domain-events/audience';
import { DomainEvents } from '../domain-events/domain-events';
import { CapacityExceeded } from '../events/inventory.errors';
import { InventoryService, type SeatMove } from '../events/inventory.service';
import { RefusedSeats } from '../events/refused-seats';
import { Outbox } from '../notifications/outbox';
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
import type { Issued, PreparedRequest } from './issue-tickets.command';
import { viewIssued } from './issued.view';
import { CONFIRMATION } from './messages';
import { TicketsRepository } from './tickets.repository';

/** What a request comes to: an answer to send and perhaps to store, or an error that is never stored. */
export type Outcome = StoredResponse | DomainError;

/** What may differ between the batches of strangers and those of one transaction. */
interface BatchOptions {
  /** Tells what stands whatever becomes of the batch. */
  early?: Early<PreparedRequest, Outcome>;
  /** How many milliseconds to wait for contacts that somebody else writes. Default: as long as for every lock. */
  contactPatienceMs?: number;
}

/**
 * The use case of create attendee, for a whole batch in one transaction: what is known already, what the decisions
 * depend on, the decisions, and what is written for them.
 */
@Injectable()
export class IssueBatchService {
  constructor(
    private readonly idempotency: IdempotencyStore,
    private readonly inventory: InventoryService,
    private readonly contacts: ContactUpsert,
    private readonly tickets: TicketsRepository,
    private readonly outbox: Outbox,
    private readonly domainEvents: DomainEvents,
    private readonly links: Links,
    private readonly refusedSeats: RefusedSeats,
  ) {}

  /** Answers in the order of the requests, each decided as if those before it had been alone. */
  async issue(
    manager: EntityManager,
    batch: readonly PreparedRequest[],
    { early, contactPatienceMs }: BatchOptions = {},
  ): Promise<Outcome[]> {
    const known = await this.findKnown(manager, batch);
    known.forEach((outcome, request) => early?.(request, outcome));
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
