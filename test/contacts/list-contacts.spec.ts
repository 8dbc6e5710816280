import type { ContactDto } from '../../src/contacts/dto/contact.dto';
import type { ContactPageDto } from '../../src/contacts/dto/list-contacts.dto';
import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';

describe('GET /contacts', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    organization = await app.organization();
  });

  const list = async (query: Record<string, unknown> = {}, client = organization.client) => {
    const { body } = await client.get('/contacts').query(query).expect(200);
    return body as ContactPageDto;
  };
  const emailsFor = async (query: Record<string, unknown>) =>
    (await list(query)).data.map(({ email }) => email);
  const make = async (...contacts: Partial<ContactDto>[]) => {
    const made: ContactDto[] = [];
    for (const contact of contacts) made.push(await organization.contact(contact));
    return made;
  };
  const guests = (count: number) =>
    make(...Array.from({ length: count }, (_, index) => ({ email: `guest${index}@example.org` })));

  it('is empty at first', async () => {
    expect(await list()).toEqual({
      data: [],
      pagination: { total: 0, page: 1, page_size: 50, total_pages: 0, next_cursor: null },
    });
  });

  it('shows the newest first, page by page', async () => {
    const made = (await guests(5)).reverse();
    expect((await list()).data).toEqual(made);
    const pages = await Promise.all([1, 2, 3, 4].map((page) => list({ page, page_size: 2 })));
    expect(pages.flatMap(({ data }) => data)).toEqual(made);
    pages.forEach(({ pagination }, index) =>
      expect(pagination).toMatchObject({ total: 5, page: index + 1, page_size: 2, total_pages: 3 }),
    );
  });

  it('goes on from a cursor, whatever was added meanwhile', async () => {
    const made = (await guests(5)).reverse();
    const first = await list({ page_size: 2 });
    await organization.contact({ email: 'late@example.org' });
    const second = await list({ page_size: 2, cursor: first.pagination.next_cursor });
    const third = await list({ page_size: 2, cursor: second.pagination.next_cursor });
    expect([first, second, third].flatMap(({ data }) => data)).toEqual(made);
    expect(second.pagination.total).toBe(6);
    expect(third.pagination.next_cursor).toBeNull();
  });

  it('goes on from a cursor through contacts of one moment', async () => {
    const event = await organization.event();
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        organization.issue(event, { contact: { email: `guest${index}@example.org` } }),
      ),
    );
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: ContactPageDto = await list({ page_size: 7, ...(cursor && { cursor }) });
      seen.push(...page.data.map(({ email }) => email));
      cursor = page.pagination.next_cursor;
    } while (cursor);
    expect(seen).toHaveLength(30);
    expect(new Set(seen).size).toBe(30);
  });

  it('counts contacts however they come and go', async () => {
    const event = await organization.event();
    const made = await guests(3);
    await organization.issue(event, { contact: { email: 'guest0@example.org' } });
    await organization.client.post('/contacts', { email: 'guest0@example.org' }).expect(409);
    await Promise.all([
      ...Array.from({ length: 20 }, (_, index) =>
        organization.issue(event, { contact: { email: `buyer${index % 10}@example.org` } }),
      ),
      ...Array.from({ length: 5 }, (_, index) =>
        organization.contact({ email: `other${index}@example.org` }),
      ),
      organization.client.delete(`/contacts/${made[0]!.id}`).expect(200),
      organization.client.patch(`/contacts/${made[1]!.id}`, { email: 'renamed@example.org' }).expect(200),
    ]);
    expect((await list({ page_size: 1 })).pagination.total).toBe(17);
    expect((await list()).data).toHaveLength(17);
    expect((await list({ page_size: 1 }, (await app.organization()).client)).pagination.total).toBe(0);

    await app.database.query('DELETE FROM contacts WHERE organization_id = $1 AND email LIKE $2', [
      organization.id,
      'other%',
    ]);
    expect((await list({ page_size: 1 })).pagination.total).toBe(12);
  });

  it('finds an e-mail address, and only a whole one', async () => {
    await make({ email: 'ada@example.org' }, { email: 'ada@example.org.uk' });
    expect(await emailsFor({ email: ' ADA@example.org ' })).toEqual(['ada@example.org']);
    expect(await emailsFor({ email: 'ada@example' })).toEqual([]);
    expect(await emailsFor({ email: '%' })).toEqual([]);
    expect(await emailsFor({ email: '' })).toEqual([]);
  });

  it('finds part of a name or e-mail address, whatever its case', async () => {
    await make(
      { email: 'ada@example.org', first_name: 'Ada', last_name: 'Lovelace' },
      { email: 'zoe@example.com', first_name: 'ZOË', last_name: 'Adams' },
      { email: 'countess@example.org' },
    );
    expect(await emailsFor({ q: 'lovelace' })).toEqual(['ada@example.org']);
    expect(await emailsFor({ q: 'A LOVE' })).toEqual(['ada@example.org']);
    expect(await emailsFor({ q: ' zoë ' })).toEqual(['zoe@example.com']);
    expect(await emailsFor({ q: 'Ada' })).toEqual(['zoe@example.com', 'ada@example.org']);
    expect(await emailsFor({ q: 'EXAMPLE.ORG' })).toEqual(['countess@example.org', 'ada@example.org']);
    expect(await emailsFor({ q: 'nobody' })).toEqual([]);
    expect(await emailsFor({ q: '  ' })).toHaveLength(3);
  });

  it('finds beginnings by one or two letters, of any script', async () => {
    await make(
      { email: 'ada@example.org', first_name: 'Ada', last_name: 'Lovelace' },
      { email: 'wei@example.org', first_name: '伟', last_name: '王小明' },
      { email: 'lowri@example.org', last_name: 'ÉLAN' },
    );
    expect(await emailsFor({ q: 'LO' })).toEqual(['lowri@example.org', 'ada@example.org']);
    expect(await emailsFor({ q: 'a' })).toEqual(['ada@example.org']);
    expect(await emailsFor({ q: 'él' })).toEqual(['lowri@example.org']);
    expect(await emailsFor({ q: '王小' })).toEqual(['wei@example.org']);
    expect(await emailsFor({ q: '王小明' })).toEqual(['wei@example.org']);
    expect(await emailsFor({ q: 've' })).toEqual([]);
  });

  it('takes the characters of a pattern literally', async () => {
    await make(
      { email: 'percent@example.org', first_name: '100%' },
      { email: 'line@example.org', first_name: 'under_score' },
      { email: 'back@example.org', first_name: 'back\\slash' },
      { email: 'other@example.org', first_name: 'Plain' },
    );
    expect(await emailsFor({ q: '%' })).toEqual(['percent@example.org']);
    expect(await emailsFor({ q: '_' })).toEqual(['line@example.org']);
    expect(await emailsFor({ q: '\\' })).toEqual(['back@example.org']);
    expect(await emailsFor({ q: "'; DROP TABLE contacts;--" })).toEqual([]);
  });

  it('finds a tag as it is written', async () => {
    await make(
      { email: 'ada@example.org', tags: ['press', 'vip'] },
      { email: 'bob@example.org', tags: ['Press'] },
      { email: 'eve@example.org' },
    );
    expect(await emailsFor({ tag: 'press' })).toEqual(['ada@example.org']);
    expect(await emailsFor({ tag: ' vip ' })).toEqual(['ada@example.org']);
    expect(await emailsFor({ tag: 'pre' })).toEqual([]);
    expect(await emailsFor({ tag: '{press}' })).toEqual([]);
    expect(await emailsFor({ tag: '' })).toEqual([]);
  });

  it('combines filters, and counts what they let through', async () => {
    await make(
      { email: 'ada@example.org', tags: ['press'] },
      { email: 'adam@example.org', tags: ['press'] },
      { email: 'adele@example.org' },
      { email: 'bob@example.org', tags: ['press'] },
    );
    const first = await list({ q: 'ad', tag: 'press', page_size: 1 });
    expect(first.pagination).toMatchObject({ total: 2, total_pages: 2 });
    const second = await list({
      q: 'ad',
      tag: 'press',
      page_size: 1,
      cursor: first.pagination.next_cursor,
    });
    expect([...first.data, ...second.data].map(({ email }) => email)).toEqual([
      'adam@example.org',
      'ada@example.org',
    ]);
    expect(await emailsFor({ q: 'ad', tag: 'press', email: 'ada@example.org' })).toEqual(['ada@example.org']);
  });

  it("never shows another organization's contacts", async () => {
    await make({ email: 'ada@example.org', tags: ['press'] });
    const { client } = await app.organization();
    for (const query of [{}, { q: 'ada' }, { tag: 'press' }, { email: 'ada@example.org' }]) {
      expect((await list(query, client)).data).toEqual([]);
    }
  });

  it.each([
    { page: 0 },
    { page: 'x' },
    { page_size: 201 },
    { page_size: 0 },
    { cursor: 'nonsense' },
    { cursor: Buffer.from("newest 1 con_1' OR 1=1").toString('base64url') },
  ])('refuses %j', async (query) => {
    const { body } = await organization.client.get('/contacts').query(query).expect(400);
    expect(body).toMatchObject({ error: 'Invalid pagination parameters', code: 'invalid_pagination' });
  });

  it.each([
    ['q', 'a'.repeat(255)],
    ['q', ['a', 'b']],
    ['q', 'a\u0000'],
    ['email', 'a'.repeat(255)],
    ['tag', ['a', 'b']],
    ['updated_since', 'yesterday'],
    ['updated_since', ''],
    ['nonsense', '1'],
  ])('refuses %s = %j', async (field, value) => {
    const { body } = await organization.client
      .get('/contacts')
      .query({ [field]: value })
      .expect(400);
    expect(body).toMatchObject({ code: 'validation_failed' });
    expect(Object.keys(body.details.fieldErrors)).toEqual([field]);
  });
});
