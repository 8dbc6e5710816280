import type { AttendeePageDto } from '../../src/attendees/dto/list-attendees.dto';
import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';

const ADA = { email: 'ada@example.org' };

describe('GET /contacts/{contactId}/attendees', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    organization = await app.organization();
    event = await organization.event();
  });

  /** Makes tickets for Ada, and answers with her contact. */
  async function issueToAda(fields: Record<string, unknown> = {}, on = event): Promise<string> {
    const { data } = await organization.issue(on, { contact: ADA, ...fields });
    return data[0]!.contact_id;
  }

  async function list(contactId: string, query: Record<string, string | number> = {}) {
    const { body } = await organization.client
      .get(`/contacts/${contactId}/attendees`)
      .query(query)
      .expect(200);
    return body as AttendeePageDto;
  }

  it('has the attendees of the contact on all events as their events show them, newest first', async () => {
    await organization.issue(event, { contact: { email: 'bob@example.org' } });
    await issueToAda();
    const elsewhere = await organization.event();
    const ada = await issueToAda({ quantity: 2 }, elsewhere);
    const [older, newer] = [await organization.attendees(event), await organization.attendees(elsewhere)];

    const { data, pagination } = await list(ada);

    expect(data).toEqual([...newer, ...older.filter(({ contact_id }) => contact_id === ada)]);
    expect(pagination).toEqual({ total: 3, page: 1, page_size: 50, total_pages: 1, next_cursor: null });
  });

  it('has valid and checked-in ones unless asked for others, and never deleted ones', async () => {
    for (const status of ['pending_approval', 'valid', 'checked_in']) await issueToAda({ status });
    const ada = await issueToAda({ status: 'invited' });
    const { data } = await organization.issue(await organization.event(), { contact: ADA });
    const { event_id, id } = data[0]!;
    await organization.client.delete(`/events/${event_id}/attendees/${id}`).expect(200);
    const statuses = async (query = {}) => (await list(ada, query)).data.map(({ status }) => status);

    expect(await statuses()).toEqual(['checked_in', 'valid']);
    expect(await statuses({ status: 'invited,pending_approval' })).toEqual(['invited', 'pending_approval']);
    await organization.client.get(`/contacts/${ada}/attendees?status=deleted`).expect(400);
  });

  it('comes in pages, by number or by cursor', async () => {
    await issueToAda({ quantity: 3 });
    const ada = await issueToAda({ quantity: 2 });
    const whole = await list(ada);
    const first = await list(ada, { page_size: 2 });
    expect(first.pagination).toMatchObject({ total: 5, total_pages: 3 });
    const second = await list(ada, { page_size: 2, page: 2 });
    const third = await list(ada, { page_size: 2, cursor: second.pagination.next_cursor! });
    expect([...first.data, ...second.data, ...third.data]).toEqual(whole.data);
    expect(third.pagination.next_cursor).toBeNull();
    const { body } = await organization.client.get(`/contacts/${ada}/attendees?cursor=x`).expect(400);
    expect(body.error).toBe('Invalid pagination parameters');
  });

  it('is empty for a contact without tickets', async () => {
    const { body } = await organization.client.post('/contacts', ADA).expect(201);
    const { data, pagination } = await list(body.id as string);
    expect(data).toEqual([]);
    expect(pagination.total).toBe(0);
  });

  it('needs attendees:read', async () => {
    const path = `/contacts/${await issueToAda()}/attendees`;
    await (await organization.clientWith('attendees:read')).get(path).expect(200);
    const { body } = await (await organization.clientWith('contacts:write')).get(path).expect(403);
    expect(body.details).toEqual({ required_scope: 'attendees:read' });
  });

  it('is a 404 for the contact of another organization and for an erased one', async () => {
    const ada = await issueToAda();
    const { client: stranger } = await app.organization();
    const foreign = await stranger.get(`/contacts/${ada}/attendees`).expect(404);
    expect(foreign.body).toMatchObject({ error: 'Contact not found', code: 'contact_not_found' });
    await organization.client.delete(`/contacts/${ada}`).expect(200);
    const erased = await organization.client.get(`/contacts/${ada}/attendees`).expect(404);
    expect({ ...erased.body, request_id: '' }).toEqual({ ...foreign.body, request_id: '' });
  });
});
