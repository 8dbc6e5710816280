import type { PaymentDetailsDto, PaymentDto } from '../../src/attendees/dto/payment.dto';
import { startApp, type TestApp } from '../support/app';
import { type MailServer, startMailServer } from '../support/mail-server';
import { type TestEvent, type TestOrganization } from '../support/organization';
import { until } from '../support/until';

describe('Payments', () => {
  let app: TestApp;
  let mailServer: MailServer;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    mailServer = await startMailServer();
    app = await startApp({ SMTP_URL: mailServer.url });
  });
  afterAll(async () => {
    await app.close();
    await mailServer.close();
  });
  afterEach(() => app.expectNoDrift());
  beforeEach(async () => {
    mailServer.refuseWith(undefined);
    mailServer.mails.length = 0;
    organization = await app.organization();
    event = await organization.event();
  });

  async function get(id: string): Promise<PaymentDetailsDto> {
    const { body } = await organization.client.get(`/payments/${id}`).expect(200);
    return body as PaymentDetailsDto;
  }

  async function list(query = ''): Promise<PaymentDto[]> {
    const { body } = await organization.client.get(`/payments${query}`).expect(200);
    return (body as { data: PaymentDto[] }).data;
  }

  function send(id: string, idempotencyKey?: string) {
    return organization.client.post(`/payments/${id}/confirmation-email`, undefined, idempotencyKey);
  }

  function remove(attendeeId: string) {
    return organization.client.delete(`/events/${event.id}/attendees/${attendeeId}`).expect(200);
  }

  describe('GET /payments', () => {
    it('lists payments of the organization, newest first', async () => {
      const stranger = await app.organization();
      await stranger.issue(await stranger.event());
      const older = await organization.issue(event);
      const newer = await organization.issue(event);
      const payments = await list();
      expect(payments.map(({ id }) => id)).toEqual([newer.payment_id, older.payment_id]);
      expect(payments[1]).toEqual({
        id: older.payment_id,
        event_id: event.id,
        contact_id: older.data[0]!.contact_id,
        tickets_url: older.tickets_url,
        created_at: older.data[0]!.created_at,
      });
    });

    it('filters by event and by contact', async () => {
      const [ada, bob] = [{ email: 'ada@example.org' }, { email: 'bob@example.org' }];
      const elsewhere = await organization.issue(await organization.event(), { contact: ada });
      const here = await organization.issue(event, { contact: ada });
      const ofBob = await organization.issue(event, { contact: bob });
      const ids = async (query: string) => (await list(query)).map(({ id }) => id);

      const contactId = here.data[0]!.contact_id;
      expect(await ids(`?event_id=${event.id}`)).toEqual([ofBob.payment_id, here.payment_id]);
      expect(await ids(`?contact_id=${contactId}`)).toEqual([here.payment_id, elsewhere.payment_id]);
      expect(await ids(`?event_id=${event.id}&contact_id=${contactId}`)).toEqual([here.payment_id]);
      expect(await ids('?event_id=nonsense')).toEqual([]);
      expect(await ids('?contact_id=')).toEqual([]);
    });

    it('comes in pages, by number or by cursor', async () => {
      for (let count = 0; count < 3; count++) await organization.issue(event);
      const ids = (await list()).map(({ id }) => id);
      const second = await organization.client.get('/payments?page=2&page_size=2').expect(200);
      expect(second.body.pagination).toEqual({
        total: 3,
        page: 2,
        page_size: 2,
        total_pages: 2,
        next_cursor: null,
      });
      expect(second.body.data.map(({ id }: PaymentDto) => id)).toEqual([ids[2]]);

      const first = await organization.client.get('/payments?page_size=2').expect(200);
      const cursor = first.body.pagination.next_cursor as string;
      expect((await list(`?page_size=2&cursor=${cursor}`)).map(({ id }) => id)).toEqual([ids[2]]);
    });

    it.each(['page=0', 'page_size=201', 'cursor=nonsense'])('refuses %s', async (query) => {
      const { body } = await organization.client.get(`/payments?${query}`).expect(400);
      expect(body.error).toBe('Invalid pagination parameters');
    });

    it('refuses unknown filters', async () => {
      const { body } = await organization.client.get('/payments?status=paid').expect(400);
      expect(body.details.fieldErrors).toEqual({ status: ['is not a known field'] });
    });
  });

  describe('GET /payments/{paymentId}', () => {
    it('shows the attendees and where their tickets are', async () => {
      const issued = await organization.issue(event, { quantity: 3 });
      const [deleted, ...left] = (await get(issued.payment_id)).attendees;
      expect([deleted, ...left]).toEqual(expect.arrayContaining(issued.data));

      await remove(deleted!.id);
      expect(await get(issued.payment_id)).toEqual({
        id: issued.payment_id,
        event_id: event.id,
        contact_id: issued.data[0]!.contact_id,
        tickets_url: issued.tickets_url,
        created_at: issued.data[0]!.created_at,
        attendees: left,
        confirmation_email: null,
      });
    });

    it('tells what became of the confirmation email', async () => {
      mailServer.refuseWith(450);
      const { payment_id } = await organization.issue(event, { send_email: true });
      const confirmation = async () => (await get(payment_id)).confirmation_email!;
      expect((await confirmation()).sent_at).toBeNull();
      await until(async () => (await confirmation()).status === 'retrying', 'The mail was not tried');
      expect((await confirmation()).last_error).toContain('450');

      mailServer.refuseWith(undefined);
      await until(async () => (await confirmation()).status === 'sent', 'The mail was not sent');
      const { sent_at, attempts, last_error } = await confirmation();
      expect(sent_at).toMatch(/Z$/);
      expect(attempts).toBeGreaterThan(1);
      expect(last_error).toBeNull();
    });

    it('knows no other payments', async () => {
      const { body } = await organization.client.get('/payments/pay_01k5x9a3v8e6rr4c1m2n3p4q5s').expect(404);
      expect(body).toMatchObject({ error: 'Payment not found', code: 'payment_not_found' });
    });
  });

  describe('POST /payments/{paymentId}/confirmation-email', () => {
    it('sends the confirmation email again, whether or not it was sent before', async () => {
      const { payment_id } = await organization.issue(event);
      for (const count of [1, 2]) {
        const { body } = await send(payment_id).expect(202);
        expect(body).toEqual({ queued: true, payment_id });
        await until(() => mailServer.mails.length === count, 'The mail was not sent');
      }
      expect(mailServer.mails[1]!.to).toMatchObject([{ address: 'ada@example.org' }]);
      const state = async () => (await get(payment_id)).confirmation_email!;
      await until(async () => (await state()).status === 'sent', 'That it was sent was not noted');
      expect((await state()).attempts).toBe(1);
    });

    it('sends once for one Idempotency-Key', async () => {
      const { payment_id } = await organization.issue(event);
      await send(payment_id, 'resend').expect(202);
      const again = await send(payment_id, 'resend').expect(202);
      expect(again.headers['idempotent-replay']).toBe('true');
      const messages = await app.database.query(
        `SELECT id FROM outbox_messages WHERE payload ->> 'payment_id' = $1`,
        [payment_id],
      );
      expect(messages).toHaveLength(1);
    });

    it('needs the scope that creating attendees needs', async () => {
      const { payment_id } = await organization.issue(event);
      const reader = await organization.clientWith('payments:write', 'attendees:read');
      const { body } = await reader.post(`/payments/${payment_id}/confirmation-email`).expect(403);
      expect(body.details).toEqual({ required_scope: 'attendees:write' });
    });

    it('knows no fields', async () => {
      const { payment_id } = await organization.issue(event);
      const path = `/payments/${payment_id}/confirmation-email`;
      await organization.client.post(path, {}).expect(202);
      const { body } = await organization.client.post(path, { to: 'eve@example.org' }).expect(400);
      expect(body.details).toEqual({ fieldErrors: { to: ['is not a known field'] } });
    });

    it('has nothing to send when no ticket is left', async () => {
      const { payment_id, data } = await organization.issue(event, { quantity: 2 });
      await remove(data[0]!.id);
      await send(payment_id).expect(202);
      await remove(data[1]!.id);
      const { body } = await send(payment_id).expect(422);
      expect(body.code).toBe('payment_has_no_tickets');
    });

    it('has nothing to send for tickets that were upgraded into another payment', async () => {
      const invited = await organization.issue(event, { status: 'invited' });
      await organization.issue(event);
      expect((await get(invited.payment_id)).attendees).toEqual([]);
      const { body } = await send(invited.payment_id).expect(422);
      expect(body.code).toBe('payment_has_no_tickets');
    });

    it('has nobody to write to when the contact was erased', async () => {
      const { payment_id, data } = await organization.issue(event);
      await organization.client.delete(`/contacts/${data[0]!.contact_id}`).expect(200);
      const { body } = await send(payment_id).expect(422);
      expect(body.code).toBe('payment_contact_erased');
      expect((await get(payment_id)).attendees).toMatchObject([{ id: data[0]!.id, email: null }]);
    });

    it("knows no other organization's payments", async () => {
      const stranger = await app.organization();
      const { payment_id } = await stranger.issue(await stranger.event());
      const { body } = await send(payment_id).expect(404);
      expect(body.code).toBe('payment_not_found');
    });
  });
});
