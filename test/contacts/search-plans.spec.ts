import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';
import { plansOf, vacuum } from '../support/plans';

/** For the hook, which makes 121,000 tickets. */
jest.setTimeout(120_000);

describe('Lists of many contacts and their tickets', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
    event = await organization.event();
    await seed(organization, event, { contacts: 20_000, tickets: 20_000 });
    const stranger = await app.organization();
    await seed(stranger, await stranger.event(), { contacts: 1_000, tickets: 100_000 });
    await vacuum(app, 'contacts', 'attendees', 'payments');
  });
  afterAll(() => app.close());

  /**
   * Every fifth is called Anna, every hundredth Clarke, every thousandth Zabriskie or Шевченко; every 25th is a friend, every
   * five hundredth of the press; tickets go round.
   */
  async function seed(
    { id }: TestOrganization,
    { id: eventId, ticketClass }: TestEvent,
    { contacts, tickets }: { contacts: number; tickets: number },
  ): Promise<void> {
    const at = `now() - n * interval '1 minute'`;
    const idOf = (prefix: string, n = 'n') => `'${prefix}_' || lpad((${n})::text, 26, '0')`;
    const payment = idOf('pay', String(contacts));
    // VACUUM takes rows for visible to all once their commit is on disk.
    await app.database.query(
      `SET synchronous_commit = on;
       INSERT INTO contacts (organization_id, id, email, first_name, last_name, tags, created_at, updated_at)
       SELECT '${id}', ${idOf('con')}, 'guest' || n || '@example.org',
              CASE n % 5 WHEN 0 THEN 'Anna' ELSE 'Bob' || n % 97 END,
              CASE WHEN n % 1000 = 1 THEN 'Zabriskie' WHEN n % 1000 = 3 THEN 'Шевченко' WHEN n % 100 = 2 THEN 'Clarke' ELSE 'Meyer' || n % 89 END,
              CASE WHEN n % 500 = 3 THEN '{press}' WHEN n % 25 = 4 THEN '{friend}' ELSE '{}' END::text[], ${at}, ${at}
       FROM generate_series(1, ${contacts}) AS n;
       INSERT INTO payments (organization_id, id, event_id, contact_id, token, created_at)
       SELECT '${id}', ${payment}, '${eventId}', ${idOf('con', '1')}, '${id}', now();
       INSERT INTO attendees (organization_id, id, event_id, ticket_class_id, contact_id, payment_id, status,
                              payment_method, barcode, created_at, updated_at)
       SELECT '${id}', ${idOf('tkt')}, '${eventId}', '${ticketClass.id}', ${idOf('con', `1 + n % ${contacts}`)}, ${payment},
              'valid', 'free', n, ${at}, ${at}
       FROM generate_series(1, ${tickets}) AS n;
       UPDATE ticket_classes SET quantity_sold = ${tickets} WHERE id = '${ticketClass.id}';
       UPDATE events SET tickets_sold = ${tickets} WHERE id = '${eventId}'`,
    );
  }

  const SEARCHES: [string, number][] = [
    ['?q=anna', 200],
    ['?q=clarke', 200],
    ['?q=zabriskie', 20],
    ['?q=nobody', 0],
    ['?q=cl', 200],
    [`?q=${encodeURIComponent('anna meyer5')}`, 200],
    ['?email=guest7@example.org', 1],
    ['?updated_since=2020-01-01T00:00:00Z', 1_000],
    ['', 20_000],
  ];

  it.each([...SEARCHES, ['?q=example.org', 200], ['?tag=friend', 200], ['?tag=press', 40], ['?tag=vip', 0]])(
    'finds contacts with %s without reading a table from end to end',
    (query, total) => expectIndexes(`/contacts${query}`, total),
  );

  it.each(SEARCHES)('finds tickets with %s without reading a table from end to end', (query, total) =>
    expectIndexes(`/events/${event.id}/attendees${query}`, total),
  );

  it.each(['zabriskie', 'ШЕВЧЕНКО', 'шев'])(
    'finds %s in the index of names, whatever the script',
    async (name) => {
      const list = () => organization.client.get(`/contacts?q=${encodeURIComponent(name)}`).expect(200);
      expect((await list()).body.pagination.total).toBe(20);
      const plans = await plansOf(app, list);
      expect(plans.filter((plan) => plan.includes('contacts_search'))).not.toEqual([]);
    },
  );

  async function expectIndexes(path: string, total: number): Promise<void> {
    const list = () => organization.client.get(path).expect(200);
    expect((await list()).body.pagination.total).toBe(total);
    const plans = await plansOf(app, list);
    expect(plans.join()).toContain('Index');
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan on (contacts|attendees)/);
  }
});
