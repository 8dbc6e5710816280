import type { ContactPageDto } from '../../src/contacts/dto/list-contacts.dto';
import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';

const EVER = '2020-01-01T00:00:00Z';

describe('GET /contacts?updated_since=', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    organization = await app.organization();
  });

  const look = async (query: Record<string, unknown> = {}) => {
    const { body } = await organization.client
      .get('/contacts')
      .query({ updated_since: EVER, ...query })
      .expect(200);
    return body as ContactPageDto;
  };
  const emails = ({ data }: ContactPageDto) => data.map(({ email }) => email);
  const guest = (name: string) => organization.contact({ email: `${name}@example.org` });

  it('lists in the order of the latest change, from that very time on', async () => {
    const [ada, bob, eve] = [await guest('ada'), await guest('bob'), await guest('eve')];
    await organization.client.patch(`/contacts/${ada.id}`, { first_name: 'Ada' }).expect(200);
    expect(emails(await look())).toEqual([bob.email, eve.email, ada.email]);
    expect(emails(await look({ updated_since: eve.updated_at }))).toEqual([eve.email, ada.email]);
    expect(emails(await look({ updated_since: '2999-01-01T00:00:00Z' }))).toEqual([]);
  });

  it('goes on from its cursor to what changes later', async () => {
    const made = [await guest('ada'), await guest('bob'), await guest('eve')];
    const first = await look({ page_size: 2 });
    expect([emails(first), first.pagination.total]).toEqual([[made[0]!.email, made[1]!.email], 3]);
    const second = await look({ page_size: 2, cursor: first.pagination.next_cursor });
    expect([emails(second), second.pagination.total]).toEqual([[made[2]!.email], 1]);
    const third = await look({ cursor: second.pagination.next_cursor });
    expect(emails(third)).toEqual([]);

    await organization.client.patch(`/contacts/${made[0]!.id}`, { first_name: 'Ada' }).expect(200);
    expect(emails(await look({ cursor: third.pagination.next_cursor }))).toEqual([made[0]!.email]);
  });

  it('tells of contacts that create attendee makes and changes', async () => {
    const event = await organization.event();
    const contact = { email: 'ada@example.org' };
    await organization.issue(event, { contact });
    const { pagination } = await look();
    await organization.issue(event, { contact });
    expect(emails(await look({ cursor: pagination.next_cursor }))).toEqual([]);
    await organization.issue(event, { contact: { ...contact, first_name: 'Ada' } });
    expect(emails(await look({ cursor: pagination.next_cursor }))).toEqual(['ada@example.org']);
  });

  it('combines with other filters, and shows nobody who was erased', async () => {
    const ada = await organization.contact({ tags: ['press'] });
    const bob = await guest('bob');
    expect(emails(await look({ tag: 'press' }))).toEqual([ada.email]);
    expect(emails(await look({ q: 'bob' }))).toEqual([bob.email]);
    await organization.client.delete(`/contacts/${ada.id}`).expect(200);
    expect(emails(await look())).toEqual([bob.email]);
  });

  it('waits for a transaction that commits late', async () => {
    const release = await app.database.hold(
      `INSERT INTO contacts (organization_id, id, email, created_at, updated_at)
       VALUES ('${organization.id}', 'con_late', 'late@example.org', clock_timestamp(), clock_timestamp())`,
    );
    await guest('ada');
    const { data, pagination } = await look();
    expect(data).toEqual([]);
    await release('COMMIT');
    expect(emails(await look({ cursor: pagination.next_cursor }))).toEqual([
      'late@example.org',
      'ada@example.org',
    ]);
  });

  it('does not take the cursor of the other order', async () => {
    await guest('ada');
    await guest('bob');
    const { pagination } = (await organization.client.get('/contacts?page_size=1').expect(200)).body;
    const { body } = await organization.client
      .get('/contacts')
      .query({ updated_since: EVER, cursor: pagination.next_cursor })
      .expect(400);
    expect(body.code).toBe('invalid_pagination');
  });
});
