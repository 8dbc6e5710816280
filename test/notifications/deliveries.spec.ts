import { CONFIRMATION } from '../../src/attendees/messages';
import { Transactions } from '../../src/common/database/transactions';
import { Deliveries, type DeliveryState } from '../../src/notifications/deliveries';
import { startApp, type TestApp } from '../support/app';
import { type MailServer, startMailServer } from '../support/mail-server';
import type { TestEvent, TestOrganization } from '../support/organization';
import { until } from '../support/until';

describe('What became of a mail', () => {
  let app: TestApp;
  let mailServer: MailServer;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    mailServer = await startMailServer();
    app = await startApp({ SMTP_URL: mailServer.url });
    organization = await app.organization();
    event = await organization.event();
  });
  afterAll(async () => {
    await app.close();
    await mailServer.close();
  });
  beforeEach(() => {
    mailServer.refuseWith(undefined);
    mailServer.mails.length = 0;
  });

  const stateOf = (paymentId: string): Promise<DeliveryState | null> =>
    app.nest.get(Deliveries).latestOfPayment(organization.id, CONFIRMATION, paymentId);
  const untilItIs = (status: DeliveryState['status'], paymentId: string): Promise<void> =>
    until(async () => (await stateOf(paymentId))?.status === status, `The mail did not become ${status}`);
  const sendAgain = (id: string): Promise<boolean> =>
    app.nest.get(Transactions).run((manager) => app.nest.get(Deliveries).sendAgain(manager, id));

  it('is nothing when none was asked for', async () => {
    const { payment_id } = await organization.issue(event);
    expect(await stateOf(payment_id)).toBeNull();
  });

  it('is sent, and when', async () => {
    const { payment_id } = await organization.issue(event, { send_email: true });
    await untilItIs('sent', payment_id);
    expect(await stateOf(payment_id)).toEqual({
      status: 'sent',
      sentAt: expect.any(Date) as Date,
      attempts: 1,
      lastError: null,
    });
    expect(mailServer.mails).toHaveLength(1);
  });

  it('is tried again after a temporary refusal', async () => {
    mailServer.refuseWith(451);
    const { payment_id } = await organization.issue(event, { send_email: true });
    await untilItIs('retrying', payment_id);
    expect(await stateOf(payment_id)).toMatchObject({
      sentAt: null,
      lastError: expect.stringContaining('451') as string,
    });

    mailServer.refuseWith(undefined);
    await untilItIs('sent', payment_id);
    const { attempts, lastError } = (await stateOf(payment_id))!;
    expect(attempts).toBeGreaterThan(1);
    expect(lastError).toBeNull();
  });

  it('has failed after a final refusal, without a second attempt, until it is sent again', async () => {
    mailServer.refuseWith(550);
    const { payment_id } = await organization.issue(event, { send_email: true });
    await untilItIs('failed', payment_id);
    expect(await stateOf(payment_id)).toMatchObject({
      sentAt: null,
      attempts: 1,
      lastError: expect.stringContaining('550') as string,
    });
    const [failed] = await app.nest.get(Deliveries).listFailed([CONFIRMATION], 10);
    expect(failed).toMatchObject({ organizationId: organization.id, payload: { payment_id } });

    mailServer.refuseWith(undefined);
    expect(await sendAgain(failed!.id)).toBe(true);
    await untilItIs('sent', payment_id);
    expect(await app.nest.get(Deliveries).listFailed([CONFIRMATION], 10)).toEqual([]);
    expect(mailServer.mails.map(({ messageId }) => messageId)).toEqual([
      expect.stringContaining(failed!.id) as string,
    ]);
  });

  it('stays as it is when a mail that did not fail is to be sent again', async () => {
    const { payment_id } = await organization.issue(event, { send_email: true });
    await untilItIs('sent', payment_id);
    const [{ id }] = (await app.database.query<{ id: string }>(
      `SELECT id FROM outbox_messages WHERE payload ->> 'payment_id' = $1`,
      [payment_id],
    )) as [{ id: string }];
    expect(await sendAgain(id)).toBe(false);
    expect(await sendAgain('msg_unknown')).toBe(false);
  });

  it('is that of the latest mail, and of the own organization only', async () => {
    mailServer.refuseWith(550);
    const { payment_id } = await organization.issue(event, { send_email: true });
    await untilItIs('failed', payment_id);
    await app.database.query(
      `INSERT INTO outbox_messages (organization_id, id, type, payload, available_at)
       VALUES ($1, 'msg_second', $2, $3, 'infinity')`,
      [organization.id, CONFIRMATION, { payment_id }],
    );
    expect(await stateOf(payment_id)).toEqual({
      status: 'queued',
      sentAt: null,
      attempts: 0,
      lastError: null,
    });
    const other = await app.organization();
    expect(await app.nest.get(Deliveries).latestOfPayment(other.id, CONFIRMATION, payment_id)).toBeNull();
  });
});
