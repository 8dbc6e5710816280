import type { AttendeeDto } from '../../src/attendees/dto/attendee.dto';
import { LOYALTY } from '../../src/loyalty/loyalty.scopes';
import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';
import { until } from '../support/until';

describe('Loyalty points', () => {
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

  const points = async (contactId: string) => {
    const { body } = await organization.client.get(`/contacts/${contactId}/loyalty`).expect(200);
    return (body as { points: number }).points;
  };
  const entries = async (contactId: string) => {
    const { body } = await organization.client.get(`/contacts/${contactId}/loyalty/entries`).expect(200);
    return body;
  };
  const redeem = (contactId: string, body: object, idempotencyKey?: string) =>
    organization.client.post(`/contacts/${contactId}/loyalty/redemptions`, body, idempotencyKey);

  /** A contact that has come with so many tickets and has its points. */
  async function guestWith(quantity: number): Promise<{ contactId: string; tickets: AttendeeDto[] }> {
    const { data: tickets } = await organization.issue(event, { quantity, status: 'checked_in' });
    const contactId = tickets[0]!.contact_id;
    await delivered();
    return { contactId, tickets };
  }

  async function delivered(): Promise<void> {
    const open = 'SELECT FROM outbox_messages WHERE delivered_at IS NULL';
    await until(async () => (await app.database.query(open)).length === 0, 'An event was not delivered');
  }

  it('are none before somebody comes', async () => {
    const { contact_id, barcode, id } = await organization.issueOne(event);
    expect(await points(contact_id)).toBe(0);
    await organization.scan(event, { barcode }).expect(200);
    await delivered();
    expect(await points(contact_id)).toBe(10);
    expect(await entries(contact_id)).toMatchObject({ data: [{ attendee_id: id, points: 10 }] });
  });

  it('are earned once by each ticket, however often it is checked in and told of', async () => {
    const { contactId, tickets } = await guestWith(3);
    for (const status of ['valid', 'checked_in']) {
      await organization.changeAttendee(event, tickets[0]!.id, { status }).expect(200);
    }
    await app.database.query('UPDATE outbox_messages SET delivered_at = NULL, available_at = now()');
    await delivered();
    expect(await points(contactId)).toBe(30);
    expect((await entries(contactId)).pagination.total).toBe(3);
  });

  it('are redeemed once by a request that is sent again', async () => {
    const { contactId } = await guestWith(2);
    const first = await redeem(contactId, { points: 15 }, 'drink').expect(201);
    const again = await redeem(contactId, { points: 15 }, 'drink').expect(201);
    expect(again.text).toBe(first.text);
    expect(await points(contactId)).toBe(5);
    expect((await entries(contactId)).data[0]).toEqual(first.body);
    expect(first.body).toMatchObject({ contact_id: contactId, attendee_id: null, points: -15 });
  });

  it('are never overdrawn, however many redeem at once', async () => {
    const { contactId } = await guestWith(5);
    const answers = await Promise.all(Array.from({ length: 12 }, () => redeem(contactId, { points: 10 })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(7);
    expect(refused[0]!.body).toMatchObject({
      code: 'not_enough_points',
      details: { requested: 10, remaining: 0 },
    });
    expect(await points(contactId)).toBe(0);
  });

  it('cannot be redeemed by who has never earned any', async () => {
    const { id } = await organization.contact();
    expect((await redeem(id, { points: 1 }).expect(409)).body.details).toEqual({
      requested: 1,
      remaining: 0,
    });
  });

  it.each([[{}], [{ points: 0 }], [{ points: -5 }], [{ points: 1.5 }], [{ points: '5' }], [{ points: 1e9 }]])(
    'refuse to redeem %j',
    async (body) => {
      const { id } = await organization.contact();
      const answer = await redeem(id, body).expect(400);
      expect(Object.keys(answer.body.details.fieldErrors as object)).toEqual(['points']);
    },
  );

  it('ask for scopes of their own', async () => {
    const { id } = await organization.contact();
    const reader = await organization.clientWith(LOYALTY.read);
    await reader.get(`/contacts/${id}/loyalty`).expect(200);
    const { body } = await reader.post(`/contacts/${id}/loyalty/redemptions`, { points: 1 }).expect(403);
    expect(body.details).toEqual({ required_scope: 'loyalty:write' });
    const other = await organization.clientWith('contacts:write', 'attendees:write');
    await other.get(`/contacts/${id}/loyalty`).expect(403);
  });

  it('are gone with an erased contact', async () => {
    const { contactId } = await guestWith(1);
    await organization.client.delete(`/contacts/${contactId}`).expect(200);
    await organization.client.get(`/contacts/${contactId}/loyalty`).expect(404);
    await redeem(contactId, { points: 10 }).expect(404);
  });
});
