import { Pool, type PoolClient } from 'pg';
import { type Admission, decide } from '../src/attendees/admission';
import { type PreparedRequest, prepare } from '../src/attendees/issue-tickets.command';
import { viewIssued } from '../src/attendees/issued.view';
import { errorBody, statusOf } from '../src/common/errors/error-response';
import { Links } from '../src/common/http/links';
import { freshResponse, type StoredResponse } from '../src/common/idempotency/stored-response';
import { newId } from '../src/common/ids/ids';
import type { ContactCard } from '../src/contacts/contact-upsert';
import type { LockedEvent, LockedTicketClass } from '../src/events/seat-locks';
import { startUsherWith } from './usher-with';

/** Prepared statements, with the columns that Usher writes. */
const READ_EVENT = `
  SELECT organization_id AS "organizationId", id, name,
         CASE WHEN capacity > 0 THEN capacity - tickets_sold - tickets_pending END AS "seatsRemaining"
  FROM events WHERE organization_id = $1 AND id = $2`;
const READ_CLASS = `
  SELECT organization_id AS "organizationId", id, name, event_id AS "eventId", status,
         require_approval AS "requireApproval",
         CASE WHEN quantity_total > 0 THEN quantity_total - quantity_sold - quantity_pending END AS "seatsRemaining"
  FROM ticket_classes WHERE organization_id = $1 AND id = $2`;
const UPSERT_CONTACT = `
  INSERT INTO contacts AS c (organization_id, id, email, first_name, last_name, phone_number, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, now(), now())
  ON CONFLICT (organization_id, email) DO UPDATE
  SET first_name = coalesce(excluded.first_name, c.first_name), last_name = coalesce(excluded.last_name, c.last_name),
      phone_number = coalesce(excluded.phone_number, c.phone_number), updated_at = excluded.updated_at
  RETURNING organization_id AS "organizationId", id, email, first_name AS "firstName", last_name AS "lastName",
            phone_number AS "phoneNumber", now() AS now`;
const INSERT_PAYMENT = `
  INSERT INTO payments (organization_id, id, event_id, contact_id, token, created_at)
  VALUES ($1, $2, $3, $4, $5, now())`;
const INSERT_TICKETS = `
  INSERT INTO attendees (organization_id, id, event_id, ticket_class_id, contact_id, payment_id, status, payment_method,
                         barcode, checked_in_at, created_at, updated_at)
  SELECT $1, id, $2, $3, $4, $5, $6, $7, barcode, NULL, now(), now()
  FROM unnest($8::text[], $9::text[]) AS new (id, barcode)`;
const TAKE_SEATS_OF_CLASS = `
  UPDATE ticket_classes SET quantity_sold = quantity_sold + $3
  WHERE organization_id = $1 AND id = $2 AND status = 'active'
    AND (quantity_total = 0 OR quantity_sold + quantity_pending + $3 <= quantity_total) RETURNING id`;
const TAKE_SEATS_OF_EVENT = `
  UPDATE events SET tickets_sold = tickets_sold + $3
  WHERE organization_id = $1 AND id = $2
    AND (capacity = 0 OR tickets_sold + tickets_pending + $3 <= capacity) RETURNING id`;

/**
 * The tuned transaction per request: what somebody writes who knows PostgreSQL and does not batch. Statements are
 * prepared, no entity is made, a refusal locks nothing, and the rows that everybody wants are locked last, by the updates
 * that take the seats. It knows less than Usher: no invited tickets, mail, listeners or stored answers.
 */
class Tuned {
  constructor(
    private readonly pool: Pool,
    private readonly links: Links,
  ) {}

  async issue(request: PreparedRequest): Promise<StoredResponse> {
    const client = await this.pool.connect();
    try {
      for (;;) {
        await client.query('BEGIN');
        const response = await this.issueWith(client, request);
        await client.query(response?.status === 201 ? 'COMMIT' : 'ROLLBACK');
        if (response) return response;
      }
    } finally {
      client.release();
    }
  }

  /** Undefined when somebody else has taken the seats since they were counted. */
  private async issueWith(client: PoolClient, request: PreparedRequest): Promise<StoredResponse | undefined> {
    const { organizationId, eventId, ticketClassId, quantity, contact: fields } = request;
    const events = await ask<LockedEvent>(client, { READ_EVENT }, [organizationId, eventId]);
    const ticketClasses = await ask<LockedTicketClass>(client, { READ_CLASS }, [
      organizationId,
      ticketClassId,
    ]);
    const [decision] = decide({ events, ticketClasses, invited: new Map() }, [request]);
    if (!decision!.admitted) {
      const { error } = decision!;
      return freshResponse(statusOf(error), errorBody(error, request.requestId));
    }
    const [contact] = await ask<ContactCard & { now: Date }>(client, { UPSERT_CONTACT }, [
      ...[organizationId, newId('contact'), request.email],
      ...[fields.firstName, fields.lastName, fields.phoneNumber],
    ]);
    await this.write(client, request, decision!, contact!);
    const ofClass = await ask(client, { TAKE_SEATS_OF_CLASS }, [organizationId, ticketClassId, quantity]);
    const ofEvent = await ask(client, { TAKE_SEATS_OF_EVENT }, [organizationId, eventId, quantity]);
    if (ofClass.length === 0 || ofEvent.length === 0) return undefined;
    return freshResponse(
      201,
      viewIssued({ request, admission: decision!, contact: contact! }, contact!.now, this.links),
    );
  }

  private async write(
    client: PoolClient,
    { organizationId, eventId, ticketClassId, paymentId, paymentToken, paymentMethod }: PreparedRequest,
    { status, created }: Admission,
    contact: ContactCard,
  ): Promise<void> {
    await ask(client, { INSERT_PAYMENT }, [organizationId, paymentId, eventId, contact.id, paymentToken]);
    await ask(client, { INSERT_TICKETS }, [
      ...[organizationId, eventId, ticketClassId, contact.id, paymentId, status, paymentMethod],
      created.map(({ id }) => id),
      created.map(({ barcode }) => barcode),
    ]);
  }
}

/** The name of the constant is that of the statement. */
async function ask<Row extends object>(
  client: PoolClient,
  statement: Record<string, string>,
  values: unknown[],
): Promise<Row[]> {
  const [[name, text]] = Object.entries(statement) as [[string, string]];
  return (await client.query<Row>({ name, text, values })).rows;
}

void startUsherWith((app, { databaseUrl, databasePoolSize }) => {
  const pool = new Pool({ connectionString: databaseUrl, max: databasePoolSize });
  const tuned = new Tuned(pool, app.get(Links));
  return (command) => tuned.issue(prepare(command));
});
