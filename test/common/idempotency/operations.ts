import type { TestApp } from '../../support/app';
import { ticketsFor, type TestOrganization } from '../../support/organization';

/** A POST that can be sent, and what it makes. */
export interface Operation {
  path: string;
  body: Record<string, unknown>;
  /** Another valid body. */
  otherBody: Record<string, unknown>;
  /** A body that is refused with 400. */
  invalid: Record<string, unknown>;
  /** How often it has been executed. */
  executions(): Promise<number>;
  /** Holds it up, once it is under way, until the function that this resolves to is called. */
  holdUp(): Promise<() => Promise<void>>;
}

async function count(app: TestApp, table: string, { id }: TestOrganization): Promise<number> {
  const [row] = await app.database.query<{ count: number }>(
    `SELECT count(*)::int FROM ${table} WHERE organization_id = $1`,
    [id],
  );
  return row!.count;
}

/** Create attendee, which is decided in batches, and operations that have a transaction of their own. */
export const OPERATIONS: [string, (app: TestApp, organization: TestOrganization) => Promise<Operation>][] = [
  [
    'create attendee',
    async (app, organization) => {
      const event = await organization.event();
      const body = ticketsFor(event, { quantity: 2, send_email: true });
      return {
        path: `/events/${event.id}/attendees`,
        body,
        otherBody: { ...body, quantity: 3 },
        invalid: { ...body, quantity: 0 },
        executions: () => count(app, 'payments', organization),
        holdUp: () => app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]),
      };
    },
  ],
  [
    'create event',
    (app, organization) => {
      const body = { name: 'Concert', start: { utc: '2027-03-01T18:00:00Z', timezone: 'Europe/Berlin' } };
      return Promise.resolve({
        path: '/events',
        body,
        otherBody: { ...body, name: 'Gala' },
        invalid: { ...body, name: '' },
        executions: () => count(app, 'events', organization),
        holdUp: () => app.database.hold('LOCK TABLE ticket_classes IN SHARE MODE'),
      });
    },
  ],
  [
    'create contact',
    (app, organization) => {
      const body = { email: 'ada@example.org', first_name: 'Ada' };
      return Promise.resolve({
        path: '/contacts',
        body,
        otherBody: { ...body, first_name: 'Augusta' },
        invalid: { ...body, email: 'ada' },
        executions: () => count(app, 'contacts', organization),
        holdUp: () => app.database.hold('LOCK TABLE contacts IN SHARE MODE'),
      });
    },
  ],
];
