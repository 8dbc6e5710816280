import { DomainEvents } from '../../src/domain-events/domain-events';
import { startApp, type TestApp } from '../support/app';
import { Listener } from '../support/listener';
import { type MailServer, startMailServer } from '../support/mail-server';
import { until } from '../support/until';

describe('A domain event', () => {
  let mailServer: MailServer;
  let app: TestApp;

  beforeAll(async () => {
    mailServer = await startMailServer();
    app = await startApp({ SMTP_URL: mailServer.url });
  });
  afterAll(async () => {
    mailServer.resume();
    await app.close();
    await mailServer.close();
  });

  it('is told while a mail server that hangs keeps more mail waiting than there are places', async () => {
    const told: string[] = [];
    app.nest.get(DomainEvents).subscribe({
      name: 'test.beside-mail',
      types: ['event.created'],
      handle: ({ ids }) => Promise.resolve(void told.push(...ids)),
    });
    const organization = await app.organization();
    const first = await organization.event();
    mailServer.stall();
    for (let mails = 0; mails < 6; mails++) await organization.issue(first, { send_email: true });
    await until(() => mailServer.stalled() >= 2, 'No mail was submitted');

    const second = await organization.event();
    await until(() => told.includes(second.id), 'The event was not told');
    expect(mailServer.mails).toEqual([]);
    mailServer.resume();
    await until(() => mailServer.mails.length === 6, 'Some mail was lost');
  });

  it('that a process of the version before has written is told as well, and leaves no trace', async () => {
    const listener = new Listener(app, { name: 'test.before', types: ['event.updated'] });
    const { id: organizationId } = await app.organization();
    const event = { version: 1, type: 'event.updated', organizationId, ids: ['evt_1'] };
    await app.database.query(
      `INSERT INTO outbox_messages (organization_id, id, type, payload) VALUES ($1, 'msg_1', 'test.before', $2)`,
      [organizationId, { ...event, occurredAt: new Date() }],
    );
    expect(await listener.events()).toMatchObject([event]);
    expect(await app.database.query(`SELECT FROM outbox_messages WHERE id = 'msg_1'`)).toEqual([]);
  });
});
