import type { Response } from 'supertest';
import { newId } from '../../../src/common/ids/ids';
import { startApp, type TestApp } from '../../support/app';
import { ticketsFor, type TestEvent, type TestOrganization } from '../../support/organization';

/** What the operation itself has refused is an answer like a success. */
describe('Idempotency-Key on a request that was refused', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
  });
  beforeEach(async () => {
    organization = await app.organization();
    event = await organization.event({ capacity: 1 });
  });
  afterAll(() => app.close());

  async function expectReplayed(
    status: number,
    path: string,
    body: object,
    meanwhile: () => Promise<unknown>,
  ): Promise<void> {
    const post = (content: object = body) => organization.client.post(path, content, 'key');
    const first: Response = await post().expect(status);
    expect(first.headers['idempotent-replay']).toBeUndefined();
    await meanwhile();
    const replay = await post().expect(status);
    expect(replay.text).toBe(first.text);
    expect(replay.headers['content-type']).toBe(first.headers['content-type']);
    expect(replay.headers['idempotent-replay']).toBe('true');
    // The body tells of the request that was decided; the header of the one that was answered.
    expect(replay.body.request_id).toBe(first.headers['x-request-id']);
    expect(replay.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    await post({ ...body, quantity: 7 }).expect(422);
    // With another key it is decided anew.
    await organization.client
      .post(path, body, 'another key')
      .expect((anew) => expect(anew.headers['idempotent-replay']).toBeUndefined());
  }

  const nothing = () => Promise.resolve();

  it('404 for an unknown, a malformed and a foreign event', async () => {
    const stranger = await app.organization();
    const foreign = await stranger.event();
    for (const id of [newId('event'), 'malformed', '%00', foreign.id]) {
      await app.database.query('DELETE FROM idempotency_records');
      await expectReplayed(404, `/events/${id}/attendees`, ticketsFor(event), nothing);
      await app.database.query('DELETE FROM idempotency_records');
      await expectReplayed(404, `/events/${id}/ticket-classes`, { name: 'Balcony' }, nothing);
    }
  });

  it('404 for a ticket class, also when it can be found meanwhile', async () => {
    const balcony = await organization.ticketClass(event);
    const setStatus = (status: string) =>
      app.database.query('UPDATE ticket_classes SET status = $2 WHERE id = $1', [balcony.id, status]);
    await setStatus('deleted');
    const body = ticketsFor(event, { ticket_class_id: balcony.id });
    await expectReplayed(404, `/events/${event.id}/attendees`, body, () => setStatus('active'));
  });

  it('409 for want of seats, also when there are seats meanwhile', async () => {
    await expectReplayed(409, `/events/${event.id}/attendees`, ticketsFor(event, { quantity: 2 }), () =>
      organization.client.patch(`/events/${event.id}`, { capacity: 10 }).expect(200),
    );
  });

  it('409 for a name that is taken, also when it is free meanwhile', async () => {
    const balcony = await organization.ticketClass(event);
    await expectReplayed(409, `/events/${event.id}/ticket-classes`, { name: 'Balcony' }, () =>
      app.database.query(`UPDATE ticket_classes SET status = 'deleted' WHERE id = $1`, [balcony.id]),
    );
  });

  it('409 for an e-mail address that is taken, also when it is free meanwhile', async () => {
    await organization.client.post('/contacts', { email: 'ada@example.org' }).expect(201);
    await expectReplayed(409, '/contacts', { email: 'ada@example.org' }, () =>
      app.database.query('DELETE FROM contacts WHERE organization_id = $1', [organization.id]),
    );
  });

  it.each([
    ['waits for a contact for too long', undefined],
    ['loses a new contact to another request', 'COMMIT' as const],
  ])('422 for a guest list without room, though what is undone %s', async (_, end) => {
    const letGo = await app.database.hold(
      `INSERT INTO contacts (organization_id, id, email, created_at, updated_at) VALUES ($1, $2, $3, now(), now())`,
      [organization.id, newId('contact'), 'ada@example.org'],
    );
    const path = `/events/${event.id}/attendees/import?ticket_class_id=${event.ticketClass.id}`;
    const upload = () => organization.client.upload(path, 'email\nada@example.org\nbob@example.org\n', 'key');
    const answered = upload().then((answer) => answer);
    await app.database.untilBlocked();
    if (end) await letGo(end);
    const first = await answered;
    if (!end) await letGo();
    expect([first.status, first.body.code]).toEqual([422, 'import_refused']);
    expect(first.headers['idempotent-replay']).toBeUndefined();
    const replay = await upload().expect(422);
    expect(replay.text).toBe(first.text);
    expect(replay.headers['idempotent-replay']).toBe('true');
  });

  it('leaves nothing of the refused work behind but the answer', async () => {
    const body = ticketsFor(event, { quantity: 2, send_email: true, contact: { email: 'new@example.org' } });
    await organization.client.post(`/events/${event.id}/attendees`, body, 'key').expect(409);
    for (const table of ['contacts', 'payments', 'attendees', 'outbox_messages']) {
      expect(
        await app.database.query(`SELECT id FROM ${table} WHERE organization_id = $1`, [organization.id]),
      ).toEqual([]);
    }
  });
});
