import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';

const UNKNOWN = 'con_01k5x9a3v8e6rr4c1m2n3p4q5s';

describe('PATCH /contacts/{contactId}', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    organization = await app.organization();
  });

  const patch = (id: string, body: object) => organization.client.patch(`/contacts/${id}`, body);
  const get = async (id: string) => (await organization.client.get(`/contacts/${id}`).expect(200)).body;

  it('changes what is given and leaves the rest', async () => {
    const before = await organization.contact({ first_name: 'Ada', last_name: 'Byron', tags: ['press'] });
    const { body } = await patch(before.id, { last_name: 'Lovelace', birthday: '1985-12-10' }).expect(200);
    expect(body).toEqual({
      ...before,
      last_name: 'Lovelace',
      birthday: '1985-12-10',
      updated_at: body.updated_at,
    });
    expect(Date.parse(body.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
    expect(await get(before.id)).toEqual(body);
  });

  it.each([
    ['first_name', 'Ada'],
    ['last_name', 'Lovelace'],
    ['phone_number', '+4915123456789'],
    ['job_title', 'Analyst'],
    ['company', 'Engines Ltd'],
    ['location', 'London'],
    ['website', 'https://example.org'],
    ['linkedin', 'ada'],
    ['instagram', 'ada'],
    ['twitter', 'ada'],
    ['github', 'ada'],
    ['birthday', '1985-12-10'],
  ])('clears %s by null and by blank text', async (field, value) => {
    const { id } = await organization.contact({ [field]: value });
    expect((await patch(id, { [field]: null }).expect(200)).body[field]).toBeNull();
    expect((await patch(id, { [field]: value }).expect(200)).body[field]).toBe(value);
    expect((await patch(id, { [field]: ' ' }).expect(200)).body[field]).toBeNull();
  });

  it('replaces all tags', async () => {
    const { id } = await organization.contact({ tags: ['press', 'vip'] });
    expect((await patch(id, { tags: ['vip', ' staff'] }).expect(200)).body.tags).toEqual(['vip', 'staff']);
    expect((await patch(id, { tags: [] }).expect(200)).body.tags).toEqual([]);
    await patch(id, { tags: ['press'] }).expect(200);
    expect((await patch(id, { tags: null }).expect(200)).body.tags).toEqual([]);
  });

  it('gives another e-mail address, which tickets show', async () => {
    const event = await organization.event();
    const { data } = await organization.issue(event);
    const [ticket] = data;
    const { body } = await patch(ticket!.contact_id, { email: ' Countess@Example.org' }).expect(200);
    expect(body.email).toBe('countess@example.org');
    expect((await organization.attendees(event))[0]).toMatchObject({ email: 'countess@example.org' });
    await organization.contact({ email: 'ada@example.org' });
  });

  it('takes the e-mail address that the contact has already', async () => {
    const { id, email } = await organization.contact();
    await patch(id, { email }).expect(200);
  });

  it('refuses an e-mail address that another contact has', async () => {
    await organization.contact();
    const other = await organization.contact({ email: 'grace@example.org' });
    const { body } = await patch(other.id, { email: 'ADA@example.org', first_name: 'Ada' }).expect(409);
    expect(body).toMatchObject({
      error: 'A contact with this email already exists',
      code: 'contact_email_taken',
    });
    expect(await get(other.id)).toEqual(other);
  });

  it('gives an e-mail address to one of many that ask for it at once', async () => {
    const contacts = await Promise.all(
      Array.from({ length: 8 }, (_, index) => organization.contact({ email: `guest${index}@example.org` })),
    );
    const answers = await Promise.all([
      ...contacts.map(({ id }) => patch(id, { email: 'ada@example.org' })),
      organization.client.post('/contacts', { email: 'ada@example.org' }),
    ]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status < 300)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(8);
  });

  it('loses no field when several are changed at once', async () => {
    const { id } = await organization.contact();
    const fields = { first_name: 'Ada', last_name: 'Lovelace', company: 'Engines Ltd', tags: ['vip'] };
    await Promise.all(
      Object.entries(fields).map(([field, value]) => patch(id, { [field]: value }).expect(200)),
    );
    expect(await get(id)).toMatchObject(fields);
  });

  it('needs at least one field', async () => {
    const { id } = await organization.contact();
    const { body } = await patch(id, {}).expect(400);
    expect(body).toMatchObject({ error: 'At least one field is required', code: 'no_fields_given' });
  });

  it.each([
    ['email', null],
    ['email', ''],
    ['email', 'ada'],
    ['first_name', 1],
    ['phone_number', '0151'],
    ['website', 'ftp://example.org'],
    ['birthday', '2023-02-29'],
    ['tags', ['']],
    ['status', null],
    ['id', UNKNOWN],
    ['created_at', '2026-01-01T00:00:00Z'],
    ['nonsense', 1],
  ])('refuses %s = %j', async (field, value) => {
    const { id } = await organization.contact();
    const { body } = await patch(id, { [field]: value }).expect(400);
    expect(body.code).toBe('validation_failed');
    expect(Object.keys(body.details.fieldErrors)).toEqual([field]);
  });

  it.each([UNKNOWN, 'con_1', 'tkt_01k5x9a3v8e6rr4c1m2n3p4q5s', "'", '%00'])(
    'answers 404 for %s',
    async (id) => {
      const { body } = await patch(id, { first_name: 'Ada' }).expect(404);
      expect(body).toMatchObject({ error: 'Contact not found', code: 'contact_not_found' });
      const { body: got } = await organization.client.get(`/contacts/${id}`).expect(404);
      expect(got).toMatchObject({ error: 'Contact not found', code: 'contact_not_found' });
    },
  );

  it("answers 404 for another organization's contact, which stays as it is", async () => {
    const stranger = await app.organization();
    const { id } = await organization.contact();
    const before = await get(id);
    await stranger.client.patch(`/contacts/${id}`, { first_name: 'Eve' }).expect(404);
    await stranger.client.get(`/contacts/${id}`).expect(404);
    expect(await get(id)).toEqual(before);
  });

  it('finds nobody, or is erased along, when the contact is erased meanwhile', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await organization.contact();
      const [change, erasure] = await Promise.all([
        patch(id, { first_name: 'Ada', tags: ['vip'] }),
        organization.client.delete(`/contacts/${id}`),
      ]);
      expect([200, 404]).toContain(change.status);
      expect(erasure.status).toBe(200);
      const [row] = await app.database.query('SELECT email, first_name, tags FROM contacts WHERE id = $1', [
        id,
      ]);
      expect(row).toEqual({ email: null, first_name: null, tags: [] });
    }
  });
});
