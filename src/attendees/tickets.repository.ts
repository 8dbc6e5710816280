import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NOTHING_TO_SEND, type Sent, together } from '../common/database/round-trip';
import { execute, givenRows, type Statement } from '../common/database/statements';
import { newId } from '../common/ids/ids';
import type { Ticket } from './admission';
import type { PaymentMethod } from './attendee.entity';
import type { Issued } from './issue-tickets.command';

/** A ticket with all else that its row holds. */
interface TicketRow {
  ticket: Ticket;
  organizationId: string;
  eventId: string;
  contactId: string;
}

interface InvitedRow {
  contact_id: string;
  event_id: string;
  id: string;
  barcode: string;
  ticket_class_id: string;
  payment_method: PaymentMethod;
  payment_id: string;
  created_at: Date;
}

const INVITED: Statement = {
  name: 'tickets-invited',
  text: `
    SELECT a.contact_id, a.event_id, a.id, a.barcode, a.ticket_class_id, a.payment_method, a.payment_id, a.created_at
    FROM ${givenRows('text', 'text', 'text')} AS wanted (organization_id, event_id, contact_id)
    JOIN attendees a USING (organization_id, event_id, contact_id)
    WHERE a.status = 'invited'
    ORDER BY a.created_at, a.id`,
};

const INSERT_PAYMENTS: Statement = {
  name: 'tickets-insert-payments',
  text: `
    INSERT INTO payments (organization_id, id, event_id, contact_id, token, created_at)
    SELECT *, $6::timestamptz FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])`,
};

const INSERT: Statement = {
  name: 'tickets-insert',
  text: `
    INSERT INTO attendees
      (organization_id, id, event_id, ticket_class_id, contact_id, payment_id, status, payment_method, barcode,
       checked_in_at, created_at, updated_at)
    SELECT *, $10::timestamptz, $10::timestamptz
    FROM (
      SELECT *, CASE WHEN status = 'checked_in' THEN $10::timestamptz END
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::text[])
        AS t (organization_id, id, event_id, ticket_class_id, contact_id, payment_id, status, payment_method, barcode)
    ) AS tickets`,
};

const UPGRADE: Statement = {
  name: 'tickets-upgrade',
  text: `
    UPDATE attendees a
    SET ticket_class_id = t.ticket_class_id, payment_id = t.payment_id, status = t.status,
        payment_method = t.payment_method, updated_at = $7,
        checked_in_at = CASE WHEN t.status = 'checked_in' THEN $7::timestamptz END
    FROM ${givenRows('text', 'text', 'text', 'text', 'text', 'text')}
      AS t (organization_id, id, ticket_class_id, payment_id, status, payment_method)
    WHERE a.organization_id = t.organization_id AND a.id = t.id`,
};

const NOTE_UPGRADES: Statement = {
  name: 'tickets-note-upgrades',
  text: `
    INSERT INTO attendee_status_changes
      (organization_id, attendee_id, id, from_status, to_status, api_key_id, created_at)
    SELECT organization_id, attendee_id, id, 'invited', to_status, api_key_id, $6::timestamptz
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
      AS u (organization_id, attendee_id, id, to_status, api_key_id)`,
};

/** The statements of issuing tickets, each for a whole batch. */
@Injectable()
export class TicketsRepository {
  /** The invited tickets of these contacts on these events, oldest first. Lock the events before. */
  async findInvited(
    manager: EntityManager,
    wanted: readonly { organizationId: string; eventId: string; contactId: string }[],
  ): Promise<(Ticket & { eventId: string; contactId: string })[]> {
    if (wanted.length === 0) return [];
    const distinct = [...new Map(wanted.map((one) => [`${one.eventId} ${one.contactId}`, one])).values()];
    const rows = await execute<InvitedRow>(manager, INVITED, [
      distinct.map(({ organizationId }) => organizationId),
      distinct.map(({ eventId }) => eventId),
      distinct.map(({ contactId }) => contactId),
    ]);
    return rows.map((row) => ({
      eventId: row.event_id,
      contactId: row.contact_id,
      id: row.id,
      barcode: row.barcode,
      status: 'invited',
      ticketClassId: row.ticket_class_id,
      paymentMethod: row.payment_method,
      paymentId: row.payment_id,
      createdAt: row.created_at,
    }));
  }

  /** Writes payments and tickets as they stand after the whole batch, and the history of those that were upgraded. */
  write(manager: EntityManager, issued: readonly Issued[], now: Date): Sent<unknown> {
    const tickets = finalRows(issued);
    return together(
      this.insertPayments(manager, issued, now),
      this.insert(
        manager,
        tickets.filter(({ ticket }) => ticket.createdAt === null),
        now,
      ),
      this.upgrade(
        manager,
        tickets.filter(({ ticket }) => ticket.createdAt !== null),
        now,
      ),
      this.noteUpgrades(manager, issued, now),
    );
  }

  private insertPayments(manager: EntityManager, issued: readonly Issued[], now: Date): Sent<unknown> {
    if (issued.length === 0) return NOTHING_TO_SEND;
    return execute(manager, INSERT_PAYMENTS, [
      issued.map(({ request }) => request.organizationId),
      issued.map(({ request }) => request.paymentId),
      issued.map(({ request }) => request.eventId),
      issued.map(({ contact }) => contact.id),
      issued.map(({ request }) => request.paymentToken),
      now,
    ]);
  }

  private insert(manager: EntityManager, tickets: readonly TicketRow[], now: Date): Sent<unknown> {
    if (tickets.length === 0) return NOTHING_TO_SEND;
    return execute(manager, INSERT, [
      tickets.map(({ organizationId }) => organizationId),
      tickets.map(({ ticket }) => ticket.id),
      tickets.map(({ eventId }) => eventId),
      tickets.map(({ ticket }) => ticket.ticketClassId),
      tickets.map(({ contactId }) => contactId),
      tickets.map(({ ticket }) => ticket.paymentId),
      tickets.map(({ ticket }) => ticket.status),
      tickets.map(({ ticket }) => ticket.paymentMethod),
      tickets.map(({ ticket }) => ticket.barcode),
      now,
    ]);
  }

  private upgrade(manager: EntityManager, tickets: readonly TicketRow[], now: Date): Sent<unknown> {
    if (tickets.length === 0) return NOTHING_TO_SEND;
    return execute(manager, UPGRADE, [
      tickets.map(({ organizationId }) => organizationId),
      tickets.map(({ ticket }) => ticket.id),
      tickets.map(({ ticket }) => ticket.ticketClassId),
      tickets.map(({ ticket }) => ticket.paymentId),
      tickets.map(({ ticket }) => ticket.status),
      tickets.map(({ ticket }) => ticket.paymentMethod),
      now,
    ]);
  }

  private noteUpgrades(manager: EntityManager, issued: readonly Issued[], now: Date): Sent<unknown> {
    const changes = issued.flatMap(({ request: { organizationId, apiKeyId }, admission: { upgraded } }) =>
      upgraded
        .filter(({ status }) => status !== 'invited')
        .map(({ id, status }) => ({ organizationId, apiKeyId, attendeeId: id, to: status })),
    );
    if (changes.length === 0) return NOTHING_TO_SEND;
    return execute(manager, NOTE_UPGRADES, [
      changes.map(({ organizationId }) => organizationId),
      changes.map(({ attendeeId }) => attendeeId),
      changes.map(() => newId('statusChange')),
      changes.map(({ to }) => to),
      changes.map(({ apiKeyId }) => apiKeyId),
      now,
    ]);
  }
}

/** Each ticket once, as the last request of the batch that touched it left it. */
function finalRows(issued: readonly Issued[]): TicketRow[] {
  const rows = new Map<string, TicketRow>();
  for (const { request, admission, contact } of issued) {
    const { organizationId, eventId } = request;
    for (const ticket of [...admission.upgraded, ...admission.created]) {
      rows.set(ticket.id, { ticket, organizationId, eventId, contactId: contact.id });
    }
  }
  return [...rows.values()];
}
