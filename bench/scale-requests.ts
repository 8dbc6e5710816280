import { encodeCursor } from '../src/common/http/cursor';
import type { Installation } from './installation';

export interface ScaleRequest {
  method: 'GET' | 'POST';
  path: string;
  body?: object;
  status: number;
}

/** Makes the request of one round. A request that finds something asks for something else each time. */
type Make = (round: number) => ScaleRequest;

const get = (path: string): ScaleRequest => ({ method: 'GET', path, status: 200 });

/** What is asked of an installation, by name. */
export async function scaleRequests(installation: Installation, rounds: number): Promise<Map<string, Make>> {
  const { target } = installation;
  const event = `/events/${target.eventId}`;
  const { contact, ticket, contacts, tickets, rare, barcodes } = await pick(installation, rounds);
  const search = (list: string, words: readonly string[]) => (round: number) =>
    get(`${list}?q=${encodeURIComponent(words[round % words.length]!)}`);
  const began = Date.now();
  return new Map<string, Make>([
    ['attendees: first page', () => get(`${event}/attendees`)],
    ['attendees: deep cursor', () => get(`${event}/attendees?cursor=${encodeCursor(ticket)}`)],
    ['attendees: changes, deep cursor', () => get(changes(`${event}/attendees`, ticket))],
    ['attendees: invited ones', () => get(`${event}/attendees?status=invited`)],
    ['attendees: search, common word', search(`${event}/attendees`, ['anna'])],
    ['attendees: search, middling word', search(`${event}/attendees`, ['clarke', 'brajor'])],
    ['attendees: search, rare word', search(`${event}/attendees`, rare)],
    ['attendees: search, two letters', search(`${event}/attendees`, ['ma', 'cl', 'zo'])],
    ['attendees: search, nobody', search(`${event}/attendees`, ['xylophone'])],
    ['attendees: get', (round) => get(`${event}/attendees/${tickets[round]!}`)],
    ['stats', () => get(`${event}/stats`)],
    [
      'check-in',
      (round) => ({
        method: 'POST',
        path: `${event}/check-ins`,
        body: { barcode: barcodes[round] },
        status: 200,
      }),
    ],
    [
      'create attendee',
      (round) => ({
        method: 'POST',
        path: `${event}/attendees`,
        body: {
          ticket_class_id: target.ticketClassIds[0],
          contact: { email: `guest.${began}.${round}@example.org`, first_name: 'Ada', last_name: 'Lovelace' },
        },
        status: 201,
      }),
    ],
    ['contacts: first page', () => get('/contacts')],
    ['contacts: deep cursor', () => get(`/contacts?cursor=${encodeCursor(contact)}`)],
    ['contacts: changes, deep cursor', () => get(changes('/contacts', contact))],
    ['contacts: tag', () => get('/contacts?tag=vip')],
    ['contacts: search, common word', search('/contacts', ['anna'])],
    ['contacts: search, middling word', search('/contacts', ['clarke', 'brajor'])],
    ['contacts: search, rare word', search('/contacts', rare)],
    ['contacts: search, two letters', search('/contacts', ['ma', 'cl', 'zo'])],
    ['contacts: search, nobody', search('/contacts', ['xylophone'])],
    ['contacts: get', (round) => get(`/contacts/${contacts[round]!}`)],
    ['contacts: attendees of one', (round) => get(`/contacts/${contacts[round]!}/attendees`)],
  ]);
}

/** What requests name: what stands halfway down the lists, and some of everything from all over them. */
async function pick({ database, target, people }: Installation, rounds: number) {
  const { organizationId, eventId } = target;
  const halfway = async (table: 'contacts' | 'attendees') => {
    const [row] = await database.query<{ at: Date; id: string }[]>(
      `SELECT created_at AS at, id FROM ${table} WHERE organization_id = $1 AND id LIKE '%' || lpad($2, 26, '0')`,
      [organizationId, String(people / 2)],
    );
    return row!;
  };
  const some = async (what: string, from: string, where: string) => {
    const rows = await database.query<{ value: string }[]>(
      `SELECT ${what} AS value FROM ${from} WHERE organization_id = $1 AND ${where} ORDER BY md5(id) LIMIT $2`,
      [organizationId, rounds],
    );
    return rows.map(({ value }) => value);
  };
  const ofEvent = `event_id = '${eventId}'`;
  return {
    contact: await halfway('contacts'),
    ticket: await halfway('attendees'),
    contacts: await some('id', 'contacts', 'email IS NOT NULL'),
    tickets: await some('id', 'attendees', `${ofEvent} AND status = 'valid'`),
    barcodes: await some('barcode', 'attendees', `${ofEvent} AND status = 'valid'`),
    rare: await some('last_name', 'contacts', `last_name ~ '^[A-Z][a-z]{8}$' AND last_name <> 'Brajor'`),
  };
}

function changes(list: string, { at, id }: { at: Date; id: string }): string {
  return `${list}?updated_since=2020-01-01T00:00:00Z&cursor=${encodeCursor({ at, id }, 'changes')}`;
}
