import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';

const UNKNOWN = 'tkt_01k5x9a3v8e6rr4c1m2n3p4q5s';

describe('PATCH /events/{eventId}/attendees/{attendeeId}', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());
  afterEach(() => app.expectNoDrift());

  it.each([
    ['pending_approval', 'valid', 1, 9],
    ['pending_approval', 'rejected', 0, 10],
    ['valid', 'checked_in', 1, 9],
    ['valid', 'pending_approval', 0, 9],
    ['checked_in', 'valid', 1, 9],
    ['invited', 'valid', 1, 9],
    ['invited', 'pending_approval', 0, 9],
    ['invited', 'rejected', 0, 10],
    ['invited', 'deleted', 0, 10],
    ['pending_approval', 'deleted', 0, 10],
    ['valid', 'deleted', 0, 10],
    ['checked_in', 'deleted', 0, 10],
  ])('moves from %s to %s', async (from, to, sold, remaining) => {
    const event = await organization.event({ capacity: 10 });
    const { id, updated_at } = await organization.issueOne(event, { status: from });

    const { body } = await organization.changeAttendee(event, id, { status: to }).expect(200);

    expect(body).toMatchObject({ id, status: to });
    expect(Date.parse(body.updated_at)).toBeGreaterThanOrEqual(Date.parse(updated_at));
    expect(body.checked_in_at).toEqual(to === 'checked_in' ? body.updated_at : null);
    expect(await organization.seats(event)).toEqual({ sold, remaining });
    if (to === 'deleted') return;
    expect(await organization.attendee(event, id)).toEqual(body);
    expect((await organization.history(event, id)).data).toMatchObject([{ from, to, at: body.updated_at }]);
  });

  it.each(['pending_approval', 'valid', 'deleted'])('moves from rejected to %s', async (to) => {
    const event = await organization.event({ capacity: 10 });
    const { id } = await organization.issueOne(event, { status: 'pending_approval' });
    await organization.changeAttendee(event, id, { status: 'rejected' }).expect(200);
    expect(await organization.seats(event)).toEqual({ sold: 0, remaining: 10 });

    await organization.changeAttendee(event, id, { status: to }).expect(200);
    expect(await organization.seats(event)).toEqual({
      sold: to === 'valid' ? 1 : 0,
      remaining: to === 'deleted' ? 10 : 9,
    });
  });

  it.each([
    ['invited', 'checked_in', ['valid', 'pending_approval', 'rejected', 'deleted']],
    ['pending_approval', 'checked_in', ['valid', 'rejected', 'deleted']],
    ['valid', 'rejected', ['checked_in', 'pending_approval', 'deleted']],
    ['valid', 'invited', ['checked_in', 'pending_approval', 'deleted']],
    ['checked_in', 'pending_approval', ['valid', 'deleted']],
  ])('refuses to move from %s to %s', async (from, to, allowed) => {
    const event = await organization.event({ capacity: 10 });
    const attendee = await organization.issueOne(event, { status: from });

    const { body } = await organization.changeAttendee(event, attendee.id, { status: to }).expect(422);

    expect(body).toMatchObject({ code: 'invalid_transition', details: { from, to, allowed } });
    expect(await organization.attendee(event, attendee.id)).toEqual(attendee);
    expect((await organization.history(event, attendee.id)).data).toEqual([]);
  });

  it.each(['invited', 'pending_approval', 'valid', 'checked_in'])(
    'changes nothing when a ticket that is %s is told to be so',
    async (status) => {
      const event = await organization.event();
      const attendee = await organization.issueOne(event, { status });

      const { body } = await organization
        .changeAttendee(event, attendee.id, {
          status,
          notify_guest: true,
          custom_message: 'Hello',
        })
        .expect(200);

      expect(body).toEqual(attendee);
      expect((await organization.history(event, attendee.id)).data).toEqual([]);
      expect(await messagesFor(attendee.id)).toEqual([]);
    },
  );

  it('undoes a check-in', async () => {
    const event = await organization.event();
    const { id } = await organization.issueOne(event, { status: 'checked_in' });
    const { body } = await organization.changeAttendee(event, id, { status: 'valid' }).expect(200);
    expect(body).toMatchObject({ status: 'valid', checked_in_at: null });
  });

  it('keeps the history, newest first, with who did it and what was said', async () => {
    const event = await organization.event();
    const { id } = await organization.issueOne(event, { status: 'pending_approval' });
    await organization
      .changeAttendee(event, id, { status: 'rejected', custom_message: ' Sorry, we are full. ' })
      .expect(200);
    await organization.changeAttendee(event, id, { status: 'valid', custom_message: '' }).expect(200);
    await organization.changeAttendee(event, id, { status: 'checked_in', custom_message: null }).expect(200);

    const { data, pagination } = await organization.history(event, id);
    const { body: me } = await organization.client.get('/me').expect(200);
    expect(data).toMatchObject([
      { from: 'valid', to: 'checked_in', custom_message: null },
      { from: 'rejected', to: 'valid', custom_message: null },
      { from: 'pending_approval', to: 'rejected', custom_message: 'Sorry, we are full.' },
    ]);
    for (const change of data) expect(change.api_key_id).toBe(me.api_key.id);
    expect(data.map(({ at }) => at)).toEqual(
      data
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    expect(pagination).toEqual({ total: 3, page: 1, page_size: 50, total_pages: 1 });

    const { body: second } = await organization.client
      .get(`/events/${event.id}/attendees/${id}/history?page=2&page_size=2`)
      .expect(200);
    expect(second.data).toEqual(data.slice(2));
    expect(second.pagination).toMatchObject({ total: 3, total_pages: 2 });
  });

  it('lists an upgrade by create attendee in the history', async () => {
    const event = await organization.event();
    const { id } = await organization.issueOne(event, { status: 'invited' });
    await organization.issue(event);
    expect((await organization.history(event, id)).data).toMatchObject([{ from: 'invited', to: 'valid' }]);
  });

  describe('notify_guest', () => {
    it.each([
      ['pending_approval', 'valid'],
      ['pending_approval', 'rejected'],
      ['valid', 'pending_approval'],
      ['valid', 'checked_in'],
      ['checked_in', 'valid'],
      ['valid', 'deleted'],
    ])('from %s to %s queues one mail', async (from, to) => {
      const event = await organization.event();
      const { id } = await organization.issueOne(event, { status: from });
      await organization
        .changeAttendee(event, id, { status: to, notify_guest: true, custom_message: 'Hello' })
        .expect(200);

      const [change] = await app.database.query<{ id: string }>(
        'SELECT id FROM attendee_status_changes WHERE attendee_id = $1',
        [id],
      );
      expect(await messagesFor(id)).toEqual([
        { type: 'attendees.status_changed', payload: { attendee_id: id, status_change_id: change!.id } },
      ]);
    });

    it('is off unless it is asked for', async () => {
      const event = await organization.event();
      const { id } = await organization.issueOne(event, { status: 'pending_approval' });
      await organization
        .changeAttendee(event, id, { status: 'valid', custom_message: 'Just a note' })
        .expect(200);
      await organization.changeAttendee(event, id, { status: 'checked_in', notify_guest: false }).expect(200);
      expect(await messagesFor(id)).toEqual([]);
    });

    it('queues nothing when the change is refused', async () => {
      const event = await organization.event();
      const { id } = await organization.issueOne(event, { status: 'pending_approval' });
      await organization.changeAttendee(event, id, { status: 'checked_in', notify_guest: true }).expect(422);
      expect(await messagesFor(id)).toEqual([]);
    });
  });

  describe('validation', () => {
    it.each([
      ['no status', {}, ['status']],
      ['null', { status: null }, ['status']],
      ['an unknown status', { status: 'gone' }, ['status']],
      ['an array', { status: ['valid'] }, ['status']],
      ['a notify_guest that is no boolean', { status: 'valid', notify_guest: 'yes' }, ['notify_guest']],
      ['a message that is no text', { status: 'valid', custom_message: 7 }, ['custom_message']],
      ['too long a message', { status: 'valid', custom_message: 'x'.repeat(10_001) }, ['custom_message']],
      ['NUL in the message', { status: 'valid', custom_message: 'a\u0000b' }, ['custom_message']],
      ['an unknown field', { status: 'valid', email: 'eve@example.org' }, ['email']],
      ['two bad fields', { status: 'no', notify_guest: 1 }, ['notify_guest', 'status']],
    ])('refuses %s', async (_, body, fields) => {
      const event = await organization.event();
      const { id } = await organization.issueOne(event, { status: 'pending_approval' });
      const answer = await organization.changeAttendee(event, id, body).expect(400);
      expect(answer.body.code).toBe('validation_failed');
      expect(Object.keys(answer.body.details.fieldErrors).sort()).toEqual(fields);
    });

    it('takes a message of 10,000 characters', async () => {
      const event = await organization.event();
      const { id } = await organization.issueOne(event, { status: 'pending_approval' });
      const message = '🎟'.repeat(10_000);
      await organization.changeAttendee(event, id, { status: 'valid', custom_message: message }).expect(200);
      expect((await organization.history(event, id)).data[0]!.custom_message).toBe(message);
    });
  });

  it('knows no ticket of another event or organization', async () => {
    const event = await organization.event();
    const { id } = await organization.issueOne(event, {});
    const elsewhere = await organization.event();
    const { client: stranger } = await app.organization();

    for (const [client, eventId, attendeeId, code] of [
      [organization.client, elsewhere.id, id, 'attendee_not_found'],
      [organization.client, event.id, UNKNOWN, 'attendee_not_found'],
      [organization.client, event.id, 'tkt_1', 'attendee_not_found'],
      [organization.client, 'evt_01k5x9a3v8e6rr4c1m2n3p4q5s', id, 'event_not_found'],
      [stranger, event.id, id, 'event_not_found'],
    ] as const) {
      const path = `/events/${eventId}/attendees/${attendeeId}`;
      for (const request of [
        client.patch(path, { status: 'checked_in' }),
        client.delete(path),
        client.get(`${path}/history`),
      ]) {
        expect((await request.expect(404)).body.code).toBe(code);
      }
    }
    expect(await organization.attendee(event, id)).toMatchObject({ status: 'valid' });
  });

  it('asks for attendees:write, and for attendees:read to see the history', async () => {
    const event = await organization.event();
    const { id } = await organization.issueOne(event, {});
    const path = `/events/${event.id}/attendees/${id}`;
    const reader = await organization.clientWith('attendees:read');
    const { body } = await reader.patch(path, { status: 'checked_in' }).expect(403);
    expect(body).toMatchObject({ details: { required_scope: 'attendees:write' } });
    await reader.delete(path).expect(403);
    await reader.get(`${path}/history`).expect(200);
    await (await organization.clientWith('events:write')).get(`${path}/history`).expect(403);
  });

  function messagesFor(attendeeId: string): Promise<object[]> {
    return app.database.query(
      `SELECT type, payload FROM outbox_messages WHERE payload ->> 'attendee_id' = $1`,
      [attendeeId],
    );
  }
});
