import { createHash } from 'node:crypto';
import { fingerprint } from '../../src/common/idempotency/fingerprint';
import { newBarcode, newId, newToken } from '../../src/common/ids/ids';
import type { TestDatabase } from './database';

/** What somebody who has used Usher since its first migration has in his database, and in his hand. */
export interface OldInstallation {
  apiKey: string;
  eventId: string;
  ticketClassId: string;
  contactId: string;
  /** By status. */
  tickets: Record<'valid' | 'invited' | 'pending_approval' | 'checked_in', { id: string; barcode: string }>;
  paymentId: string;
  token: string;
  /** A request that was answered before, and its answer. */
  answered: { key: string; path: string; body: object; text: string };
}

/** Writes rows into every table that the first migration makes, as the first version wrote them. */
export async function fillFirstSchema(database: TestDatabase): Promise<OldInstallation> {
  const organizationId = newId('organization');
  const [apiKeyId, eventId, ticketClassId] = [newId('apiKey'), newId('event'), newId('ticketClass')];
  const [contactId, paymentId, token] = [newId('contact'), newId('payment'), newToken()];
  const apiKey = 'usher_a-key-of-the-first-version';
  const ticket = () => ({ id: newId('attendee'), barcode: newBarcode() });
  const tickets = { valid: ticket(), invited: ticket(), pending_approval: ticket(), checked_in: ticket() };
  const path = `/api/v1/events/${eventId}/attendees`;
  const body = { ticket_class_id: ticketClassId, contact: { email: 'ada@example.org' } };
  const text = JSON.stringify({ data: [{ contact_id: contactId, email: 'ada@example.org' }], quantity: 1 });
  const at = '2026-01-01T12:00:00.123Z';
  const insert = (table: string, row: Record<string, unknown>) =>
    database.query(
      `INSERT INTO ${table} (${Object.keys(row).join(', ')})
       VALUES (${Object.keys(row)
         .map((_, index) => `$${index + 1}`)
         .join(', ')})`,
      Object.values(row),
    );
  const times = { created_at: at, updated_at: at };
  const owned = { organization_id: organizationId };

  await insert('organizations', { id: organizationId, name: 'Since the beginning', ...times });
  await insert('api_keys', {
    ...owned,
    id: apiKeyId,
    name: 'First key',
    key_hash: createHash('sha256').update(apiKey).digest('hex'),
    key_prefix: apiKey.slice(0, 12),
    scopes: ['events:write', 'ticket_classes:write', 'attendees:write', 'contacts:write', 'payments:read'],
    created_at: at,
  });
  await insert('contacts', {
    ...owned,
    id: contactId,
    email: 'ada@example.org',
    first_name: 'Ada',
    ...times,
  });
  await insert('events', {
    ...owned,
    id: eventId,
    name: 'Jubilee',
    currency: 'EUR',
    capacity: 5,
    tickets_sold: 2,
    tickets_pending: 1,
    starts_at: '2027-03-01T18:00:00Z',
    start_timezone: 'Europe/Berlin',
    venue: JSON.stringify({ name: 'Hall', address: null, city: 'Bremen', state: null, country: 'DE' }),
    ...times,
  });
  await insert('ticket_classes', {
    ...owned,
    id: ticketClassId,
    event_id: eventId,
    name: 'General Admission',
    cost: 25,
    quantity_total: 4,
    quantity_sold: 2,
    quantity_pending: 1,
    ...times,
  });
  const ofEvent = { ...owned, event_id: eventId, contact_id: contactId };
  await insert('payments', { ...ofEvent, id: paymentId, token, created_at: at });
  for (const [status, names] of Object.entries(tickets)) {
    const checkedInAt = status === 'checked_in' ? at : null;
    const rest = { ticket_class_id: ticketClassId, payment_id: paymentId, payment_method: 'cash' };
    await insert('attendees', {
      ...ofEvent,
      ...names,
      ...rest,
      status,
      checked_in_at: checkedInAt,
      ...times,
    });
  }
  await insert('attendee_status_changes', {
    ...owned,
    attendee_id: tickets.checked_in.id,
    id: newId('statusChange'),
    from_status: 'valid',
    to_status: 'checked_in',
    api_key_id: apiKeyId,
    created_at: at,
  });
  await insert('idempotency_records', {
    ...owned,
    api_key_id: apiKeyId,
    key: 'before the upgrade',
    fingerprint: fingerprint({ method: 'POST', url: path, body }),
    status: 201,
    body: text,
    expires_at: new Date(Date.now() + 3_600_000),
  });
  await insert('outbox_messages', {
    ...owned,
    id: newId('outboxMessage'),
    type: 'attendees.confirmation',
    payload: { payment_id: paymentId },
  });
  const answered = { key: 'before the upgrade', path, body, text };
  return { apiKey, eventId, ticketClassId, contactId, tickets, paymentId, token, answered };
}
