import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';

const UNKNOWN_ID = 'tkt_01k5x9a3v8e6rr4c1m2n3p4q5s';
const UNKNOWN_BARCODE = '00000000000000000000';

describe('POST /events/{eventId}/check-ins', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    // Check-ins may use half of the connections but one.
    app = await startApp({ DATABASE_POOL_SIZE: '18' });
    organization = await app.organization();
  });
  afterAll(() => app.close());
  afterEach(() => app.expectNoDrift());

  it('checks a ticket in by its barcode', async () => {
    const event = await organization.event({ capacity: 1 });
    const ticket = await organization.issueOne(event);

    const { body } = await organization.scan(event, { barcode: ticket.barcode }).expect(200);

    expect(body).toEqual({
      ...ticket,
      status: 'checked_in',
      checked_in_at: body.updated_at,
      updated_at: expect.any(String),
    });
    expect(Date.parse(body.updated_at)).toBeGreaterThan(Date.parse(ticket.updated_at));
    expect(await organization.attendee(event, ticket.id)).toEqual(body);
    expect((await organization.history(event, ticket.id)).data).toMatchObject([
      { from: 'valid', to: 'checked_in', at: body.updated_at, api_key_id: expect.stringMatching(/^key_/) },
    ]);
  });

  it('checks a ticket in by its id', async () => {
    const event = await organization.event();
    const { id } = await organization.issueOne(event);
    const { body } = await organization.scan(event, { attendee_id: id }).expect(200);
    expect(body).toMatchObject({ id, status: 'checked_in' });
  });

  it('reads a barcode that was typed in', async () => {
    const event = await organization.event();
    const { barcode } = await organization.issueOne(event);
    await organization.scan(event, { barcode: ` ${barcode.toLowerCase()} ` }).expect(200);
  });

  it('says of a ticket that is checked in whose it is and since when', async () => {
    const event = await organization.event();
    const { id, barcode } = await organization.issueOne(event);
    const { body: first } = await organization.scan(event, { barcode }).expect(200);

    const { body } = await organization.scan(event, { attendee_id: id }).expect(409);

    expect(body).toMatchObject({
      code: 'already_checked_in',
      details: { attendee: first, checked_in_at: first.checked_in_at },
    });
    expect((await organization.history(event, id)).data).toHaveLength(1);
  });

  it('says so too of one that was issued checked in', async () => {
    const event = await organization.event();
    const ticket = await organization.issueOne(event, { status: 'checked_in' });
    const { body } = await organization.scan(event, { barcode: ticket.barcode }).expect(409);
    expect(body.details).toEqual({ attendee: ticket, checked_in_at: ticket.checked_in_at });
  });

  it('can be undone and done again', async () => {
    const event = await organization.event();
    const { id, barcode } = await organization.issueOne(event);
    await organization.scan(event, { barcode }).expect(200);
    await organization.changeAttendee(event, id, { status: 'valid' }).expect(200);
    await organization.scan(event, { barcode }).expect(200);
    expect((await organization.history(event, id)).data.map(({ to }) => to)).toEqual([
      'checked_in',
      'valid',
      'checked_in',
    ]);
  });

  it.each(['invited', 'pending_approval', 'rejected', 'deleted'])(
    'lets nobody in whose ticket is %s',
    async (status) => {
      const event = await organization.event();
      const issued = status === 'invited' ? status : 'pending_approval';
      const { id, barcode } = await organization.issueOne(event, { status: issued });
      if (issued !== status) await organization.changeAttendee(event, id, { status }).expect(200);

      for (const ticket of [{ barcode }, { attendee_id: id }]) {
        const { body } = await organization.scan(event, ticket).expect(422);
        expect(body).toMatchObject({ code: 'ticket_not_valid', details: { status } });
      }
    },
  );

  it('knows no ticket but those of the event', async () => {
    const event = await organization.event();
    const elsewhere = await organization.issueOne(await organization.event());
    const stranger = await app.organization();
    const strange = (await stranger.issue(await stranger.event())).data[0]!;
    for (const ticket of [
      { barcode: UNKNOWN_BARCODE },
      { barcode: '' },
      { barcode: "' OR 1=1 --" },
      { barcode: elsewhere.barcode },
      { barcode: strange.barcode },
      { attendee_id: UNKNOWN_ID },
      { attendee_id: 'nonsense' },
      { attendee_id: elsewhere.id },
      { attendee_id: strange.id },
    ]) {
      const { body } = await organization.scan(event, ticket).expect(404);
      expect(body).toMatchObject({ error: 'This event has no such ticket', code: 'unknown_barcode' });
    }
  });

  it.each(['evt_01k5x9a3v8e6rr4c1m2n3p4q5s', 'nonsense'])('knows no event %s', async (id) => {
    const path = `/events/${id}/check-ins`;
    const body = { barcode: UNKNOWN_BARCODE, nonce: 'a' };
    const answer = await organization.client.post(path, body).expect(404);
    expect(answer.body.code).toBe('event_not_found');
  });

  it('asks for attendees:write', async () => {
    const event = await organization.event();
    const { barcode } = await organization.issueOne(event);
    const path = `/events/${event.id}/check-ins`;
    const reader = await organization.clientWith('attendees:read', 'events:write');
    const { body } = await reader.post(path, { barcode }).expect(403);
    expect(body.details).toEqual({ required_scope: 'attendees:write' });
    await (await organization.clientWith('attendees:write')).post(path, { barcode }).expect(200);
  });

  it.each([
    ['neither barcode nor id', {}, ['barcode']],
    ['both', { barcode: 'A', attendee_id: UNKNOWN_ID }, ['attendee_id']],
    ['null', { barcode: null }, ['barcode']],
    ['null beside an id', { barcode: null, attendee_id: UNKNOWN_ID }, ['attendee_id', 'barcode']],
    ['a number', { barcode: 123 }, ['barcode']],
    ['a list', { attendee_id: [UNKNOWN_ID] }, ['attendee_id']],
    ['too long a barcode', { barcode: 'A'.repeat(256) }, ['barcode']],
    ['NUL', { barcode: 'A\u0000' }, ['barcode']],
    ['an empty nonce', { barcode: 'A', nonce: '' }, ['nonce']],
    ['too long a nonce', { barcode: 'A', nonce: 'x'.repeat(256) }, ['nonce']],
    ['a nonce that does not print', { barcode: 'A', nonce: 'ü' }, ['nonce']],
    ['a nonce that is null', { barcode: 'A', nonce: null }, ['nonce']],
    ['a time without zone', { barcode: 'A', scanned_at: '2026-05-26T12:00:00' }, ['scanned_at']],
    ['no time', { barcode: 'A', scanned_at: 'now' }, ['scanned_at']],
    ['a time in the future', { barcode: 'A', scanned_at: '2999-01-01T00:00:00Z' }, ['scanned_at']],
    ['an unknown field', { barcode: 'A', gate: 3 }, ['gate']],
  ])('refuses %s', async (_, body, fields) => {
    const event = await organization.event();
    const answer = await organization.scan(event, body).expect(400);
    expect(answer.body.code).toBe('validation_failed');
    expect(Object.keys(answer.body.details.fieldErrors).sort()).toEqual(fields);
  });

  describe('scanned_at', () => {
    it('becomes the time of the check-in', async () => {
      const event = await organization.event();
      const { barcode } = await organization.issueOne(event);
      const { body } = await organization
        .scan(event, { barcode, scanned_at: '2026-05-26T14:00:00.5+02:00' })
        .expect(200);
      expect(body.checked_in_at).toBe('2026-05-26T12:00:00.500Z');
      expect(Date.parse(body.updated_at)).toBeGreaterThan(Date.parse(body.checked_in_at));
    });

    it('is refused a minute ahead, and is now when the clock of the scanner is a little ahead', async () => {
      const event = await organization.event();
      const { barcode } = await organization.issueOne(event);
      const ahead = (ms: number) => new Date(Date.now() + ms).toISOString();
      const { body } = await organization.scan(event, { barcode, scanned_at: ahead(60_000) }).expect(400);
      expect(body.details.fieldErrors).toEqual({ scanned_at: ['must not be in the future'] });
      const { body: attendee } = await organization
        .scan(event, { barcode, scanned_at: ahead(4_000) })
        .expect(200);
      expect(attendee.checked_in_at).toBe(attendee.updated_at);
    });
  });

  describe('at once', () => {
    it('lets exactly one of many scanners in', async () => {
      const event = await organization.event();
      const { id, barcode } = await organization.issueOne(event);
      const release = await app.database.hold('SELECT 1 FROM attendees WHERE id = $1 FOR UPDATE', [id]);
      const scans = Promise.all(
        Array.from({ length: 12 }, (_, gate) =>
          organization.scan(event, gate % 2 ? { barcode } : { attendee_id: id }),
        ),
      );
      await app.database.untilBlocked(8);
      await release();
      const answers = await scans;

      const [winner, ...others] = answers.filter(({ status }) => status === 200);
      expect(others).toEqual([]);
      const refused = answers.filter(({ status }) => status === 409);
      expect(refused).toHaveLength(11);
      for (const { body } of refused) expect(body.details.attendee).toEqual(winner!.body);
      expect((await organization.history(event, id)).data).toHaveLength(1);
    });

    it('waits for nobody who holds the event, its ticket class or another ticket', async () => {
      const event = await organization.event();
      const { data } = await organization.issue(event, { quantity: 2 });
      const release = await Promise.all([
        app.database.hold('SELECT 1 FROM events WHERE id = $1 FOR UPDATE', [event.id]),
        app.database.hold('SELECT 1 FROM ticket_classes WHERE id = $1 FOR UPDATE', [event.ticketClass.id]),
        app.database.hold('SELECT 1 FROM attendees WHERE id = $1 FOR UPDATE', [data[0]!.id]),
      ]);
      await organization.scan(event, { barcode: data[1]!.barcode, nonce: 'free' }).expect(200);
      await Promise.all(release.map((end) => end()));
    });

    it('and a change of status agree', async () => {
      const event = await organization.event();
      const { data } = await organization.issue(event, { quantity: 8 });
      const answers = await Promise.all(
        data.flatMap(({ id, barcode }) => [
          organization.scan(event, { barcode }),
          organization.client.patch(`/events/${event.id}/attendees/${id}`, { status: 'pending_approval' }),
        ]),
      );
      for (const [index, { id }] of data.entries()) {
        const [scanned, changed] = [answers[2 * index]!.status, answers[2 * index + 1]!.status];
        const { status } = await organization.attendee(event, id);
        expect([scanned, changed, status]).toEqual(
          scanned === 200 ? [200, 422, 'checked_in'] : [422, 200, 'pending_approval'],
        );
      }
    });
  });

  it('is idempotent like every POST', async () => {
    const event = await organization.event();
    const { barcode } = await organization.issueOne(event);
    const first = await organization.scan(event, { barcode }, 'in').expect(200);
    const again = await organization.scan(event, { barcode }, 'in').expect(200);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotent-replay']).toBe('true');
    const refused = await organization.scan(event, { barcode }, 'twice').expect(409);
    const refusedAgain = await organization.scan(event, { barcode }, 'twice').expect(409);
    expect(refusedAgain.text).toBe(refused.text);
  });
});
