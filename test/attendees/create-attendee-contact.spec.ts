import { newId } from '../../src/common/ids/ids';
import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';

const PHONE = '+4915123456789';

describe('The contact of create attendee', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
  });
  beforeEach(async () => {
    organization = await app.organization();
    event = await organization.event();
  });
  afterAll(() => app.close());

  const issueTo = (contact: Record<string, unknown>) => organization.issue(event, { contact });

  async function contacts(): Promise<Record<string, unknown>[]> {
    const { body } = await organization.client.get('/contacts').expect(200);
    return body.data as Record<string, unknown>[];
  }

  it('is created with the fields that came', async () => {
    await issueTo({ email: 'ada@example.org', first_name: ' Ada ', phone_number: PHONE });
    expect(await contacts()).toEqual([
      expect.objectContaining({
        email: 'ada@example.org',
        first_name: 'Ada',
        last_name: null,
        phone_number: PHONE,
      }),
    ]);
  });

  it('is found by e-mail address, trimmed and in lower case', async () => {
    const { data: first } = await issueTo({ email: 'ada@example.org' });
    const { data: second } = await issueTo({ email: '  ADA@Example.ORG\t' });
    expect(second[0]).toMatchObject({ contact_id: first[0]!.contact_id, email: 'ada@example.org' });
    expect(await contacts()).toHaveLength(1);
  });

  it('takes supplied fields and keeps the omitted ones', async () => {
    const { data: before } = await issueTo({
      email: 'ada@example.org',
      first_name: 'Ada',
      last_name: 'Byron',
      phone_number: PHONE,
    });
    const { data: after } = await issueTo({ email: 'ada@example.org', last_name: 'Lovelace' });

    expect(after[0]).toMatchObject({ first_name: 'Ada', last_name: 'Lovelace' });
    expect(await contacts()).toEqual([
      expect.objectContaining({ first_name: 'Ada', last_name: 'Lovelace', phone_number: PHONE }),
    ]);
    // A ticket shows its contact, so the earlier ticket shows the new name too.
    const { body } = await organization.client.get(`/events/${event.id}/attendees/${before[0]!.id}`);
    expect(body).toMatchObject({ first_name: 'Ada', last_name: 'Lovelace' });
  });

  it.each([null, '', '   '])('keeps its fields when %p is sent', async (nothing) => {
    await issueTo({ email: 'ada@example.org', first_name: 'Ada', last_name: 'Byron', phone_number: PHONE });
    const { data } = await issueTo({
      email: 'ada@example.org',
      first_name: nothing,
      last_name: nothing,
      phone_number: nothing,
    });
    expect(data[0]).toMatchObject({ first_name: 'Ada', last_name: 'Byron' });
    expect(await contacts()).toEqual([expect.objectContaining({ first_name: 'Ada', phone_number: PHONE })]);
  });

  it('keeps what create attendee cannot write, and when it was created', async () => {
    await issueTo({ email: 'ada@example.org' });
    const [before] = await contacts();
    await app.database.query(
      `UPDATE contacts SET company = 'Analytical Engines', tags = '{press}' WHERE id = $1`,
      [before!.id],
    );
    await issueTo({ email: 'ada@example.org', first_name: 'Ada' });
    const [after] = await contacts();
    expect(after).toMatchObject({
      id: before!.id,
      company: 'Analytical Engines',
      tags: ['press'],
      created_at: before!.created_at,
    });
    expect(after!.updated_at).not.toBe(before!.updated_at);
  });

  it('belongs to its organization: the same address elsewhere is another contact', async () => {
    const other = await app.organization();
    const { data } = await issueTo({ email: 'ada@example.org', first_name: 'Ada' });
    const { data: others } = await other.issue(await other.event());
    expect(others[0]).toMatchObject({ email: 'ada@example.org', first_name: null });
    expect(others[0]!.contact_id).not.toBe(data[0]!.contact_id);
  });

  it('is one, however many requests bring it at once, and has what the last of them wrote', async () => {
    const events = [
      event,
      await organization.event(),
      await organization.event(),
      await organization.event(),
    ];
    const issued = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        organization.issue(events[index % events.length]!, {
          contact: { email: 'ada@example.org', first_name: `Ada ${index}`, phone_number: PHONE },
        }),
      ),
    );
    const [contact, ...others] = await contacts();
    expect(others).toEqual([]);
    expect(new Set(issued.map(({ data }) => data[0]!.contact_id))).toEqual(new Set([contact!.id]));
    expect(contact!.phone_number).toBe(PHONE);
    // Each answer shows the contact as it stood right after its own write.
    expect(issued.map(({ data }) => data[0]!.first_name)).toEqual(issued.map((_, index) => `Ada ${index}`));
  });

  it('is that of a rival who made it in the same moment', async () => {
    const commit = await app.database.hold(
      `INSERT INTO contacts (organization_id, id, email, last_name) VALUES ($1, $2, 'ada@example.org', 'Rival')`,
      [organization.id, newId('contact')],
    );
    const issuing = issueTo({ email: 'ada@example.org', first_name: 'Ada' });
    await app.database.untilBlocked();
    await commit('COMMIT');
    const [contact, ...others] = await contacts();
    expect(others).toEqual([]);
    const { data, quantity } = await issuing;
    expect(quantity).toBe(1);
    expect(data[0]).toMatchObject({ contact_id: contact!.id, first_name: 'Ada', last_name: 'Rival' });
  });
});
