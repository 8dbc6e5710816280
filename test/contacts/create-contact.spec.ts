import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';

const EVERYTHING = {
  email: 'ada@example.org',
  first_name: 'Ada',
  last_name: 'Lovelace',
  phone_number: '+4915123456789',
  job_title: 'Analyst',
  company: 'Engines Ltd',
  location: 'London',
  website: 'https://ada.example.org/?a=b#c',
  linkedin: 'in/ada-lovelace',
  instagram: '@ada.lovelace',
  twitter: '@ada',
  github: 'https://github.com/ada',
  birthday: '1985-12-10',
  tags: ['press', 'VIP'],
  status: 'inactive',
};

describe('POST /contacts', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    organization = await app.organization();
  });

  const post = (body: object, key?: string) => organization.client.post('/contacts', body, key);
  const fieldErrors = async (body: object) => {
    const { body: answer } = await post(body).expect(400);
    expect(answer).toMatchObject({ error: 'Validation failed', code: 'validation_failed' });
    return answer.details.fieldErrors as Record<string, string[]>;
  };

  it('takes an e-mail address alone', async () => {
    const { body } = await post({ email: ' Ada@Example.org ' }).expect(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^con_[0-7][0-9a-z]{25}$/),
      email: 'ada@example.org',
      first_name: null,
      last_name: null,
      phone_number: null,
      job_title: null,
      company: null,
      location: null,
      website: null,
      linkedin: null,
      instagram: null,
      twitter: null,
      github: null,
      birthday: null,
      tags: [],
      status: 'active',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: body.created_at,
    });
  });

  it('keeps every field as it was given', async () => {
    const { body } = await post(EVERYTHING).expect(201);
    expect(body).toMatchObject(EVERYTHING);
    const { body: found } = await organization.client.get(`/contacts/${body.id}`).expect(200);
    expect(found).toEqual(body);
  });

  it('trims text, and takes null and blank text for nothing', async () => {
    const { body } = await post({
      email: 'ada@example.org',
      first_name: '  Ada ',
      last_name: ' ',
      company: '',
      website: null,
      birthday: null,
      tags: null,
    }).expect(201);
    expect(body).toMatchObject({
      first_name: 'Ada',
      last_name: null,
      company: null,
      website: null,
      birthday: null,
      tags: [],
    });
  });

  it('trims tags and keeps each once', async () => {
    const { tags } = await organization.contact({ tags: [' press', 'vip', 'press ', 'VIP', 'vip'] });
    expect(tags).toEqual(['press', 'vip', 'VIP']);
  });

  it.each([
    ['Ünïcödé 🎟 أدا'],
    [`Robert'); DROP TABLE contacts;--`],
    ['<script>alert(1)</script>'],
    ['=HYPERLINK("http://example.org")'],
    ['%_\\'],
  ])('keeps %s as text', async (text) => {
    const { first_name, tags } = await organization.contact({ first_name: text, tags: [text] });
    expect([first_name, tags]).toEqual([text, [text]]);
  });

  it.each([
    ['email', undefined],
    ['email', null],
    ['email', ''],
    ['email', 'ada'],
    ['email', 'ada@example.org\nbcc: bob@example.org'],
    ['email', `${'a'.repeat(250)}@example.org`],
    ['email', ['ada@example.org']],
    ['first_name', 'a'.repeat(121)],
    ['first_name', 7],
    ['first_name', 'a\u0000'],
    ['last_name', { toString: 'x' }],
    ['phone_number', '0151 23456789'],
    ['phone_number', '+0123456789'],
    ['job_title', 'a'.repeat(201)],
    ['company', true],
    ['location', ['London']],
    ['website', 'ada.example.org'],
    ['website', 'javascript:alert(1)'],
    ['website', 'https://exa mple.org'],
    ['website', `https://example.org/${'a'.repeat(2_000)}`],
    ['website', 1],
    ['linkedin', 'javascript:alert(1)'],
    ['instagram', 'two words'],
    ['twitter', '"><script>'],
    ['github', 'a'.repeat(201)],
    ['github', 5],
    ['birthday', '1985-02-30'],
    ['birthday', '10.12.1985'],
    ['birthday', '1985-12-10T00:00:00Z'],
    ['birthday', '1899-12-31'],
    ['birthday', '2999-01-01'],
    ['birthday', '00-1-1-1-1'],
    ['birthday', 19851210],
    ['tags', 'press'],
    ['tags', [' ']],
    ['tags', ['a'.repeat(51)]],
    ['tags', [1]],
    ['tags', [null]],
    ['tags', [['press']]],
    ['tags', Array.from({ length: 51 }, (_, index) => `tag ${index}`)],
    ['status', 'erased'],
    ['status', null],
  ])('refuses %s = %j', async (field, value) => {
    const errors = await fieldErrors({ ...EVERYTHING, [field]: value });
    expect(errors).toEqual({ [field]: expect.arrayContaining([expect.any(String)]) });
  });

  it('names all bad fields at once', async () => {
    const errors = await fieldErrors({ email: 'ada', first_name: 1, id: 'con_1', nonsense: true });
    expect(errors).toMatchObject({
      email: ['must be an email'],
      first_name: expect.anything(),
      id: ['is not a known field'],
      nonsense: ['is not a known field'],
    });
  });

  it('takes the first and the last day that there is', async () => {
    await organization.contact({ email: 'old@example.org', birthday: '1900-01-01' });
    const today = new Date().toISOString().slice(0, 10);
    await organization.contact({ email: 'new@example.org', birthday: today });
  });

  it('refuses an e-mail address that is taken, whatever its case', async () => {
    await organization.contact();
    const { body } = await post({ email: 'ADA@example.org' }).expect(409);
    expect(body).toMatchObject({
      error: 'A contact with this email already exists',
      code: 'contact_email_taken',
    });
  });

  it('knows an e-mail address within one organization only', async () => {
    await organization.contact();
    await (await app.organization()).contact();
  });

  it('makes one contact of many that come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => post({ ...EVERYTHING, first_name: `Ada ${index}` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(11).fill(409)]);
  });

  it('takes turns with create attendee over a new e-mail address', async () => {
    const event = await organization.event();
    const addresses = Array.from({ length: 8 }, (_, index) => `guest${index}@example.org`);
    const answers = await Promise.all(
      addresses.flatMap((email) => [
        post({ email }),
        organization.client.post(`/events/${event.id}/attendees`, {
          ticket_class_id: event.ticketClass.id,
          contact: { email },
        }),
      ]),
    );
    answers.forEach(({ status }, index) => expect(index % 2 ? [201] : [201, 409]).toContain(status));
    const { body } = await organization.client.get('/contacts').expect(200);
    expect(body.pagination.total).toBe(addresses.length);
  });

  it('answers a retry with the same key as the first time', async () => {
    const first = await post(EVERYTHING, 'once').expect(201);
    const retry = await post(EVERYTHING, 'once').expect(201);
    expect(retry.text).toBe(first.text);
    expect(retry.headers).toHaveProperty('idempotent-replay', 'true');
    const refused = await post(EVERYTHING, 'twice').expect(409);
    const refusedAgain = await post(EVERYTHING, 'twice').expect(409);
    expect(refusedAgain.text).toBe(refused.text);
  });
});
