import { startApp, type TestApp } from '../support/app';
import { type TestEvent, type TestOrganization } from '../support/organization';

const UNKNOWN = 'tkt_01k5x9a3v8e6rr4c1m2n3p4q5s';

describe('DELETE /events/{eventId}/attendees/{attendeeId}', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());
  afterEach(() => app.expectNoDrift());

  it('frees the seat and leaves nothing to see', async () => {
    const event = await organization.event({ capacity: 1 });
    const { id } = await organization.issueOne(event, {});

    const { body } = await organization.deleteAttendee(event, id).expect(200);

    expect(body).toEqual({ deleted: true, id });
    expect(await organization.seats(event)).toEqual({ sold: 0, remaining: 1 });
    await expectGone(event, id);
    expect(await organization.attendees(event)).toEqual([]);
    expect(await messagesFor(id)).toEqual([]);
    await organization.issue(event, { contact: { email: 'bob@example.org' } });
  });

  it('is softly done: the row and its history stay', async () => {
    const event = await organization.event();
    const { id } = await organization.issueOne(event, { status: 'checked_in' });
    await organization.deleteAttendee(event, id).expect(200);
    const rows = await app.database.query(
      `SELECT status, from_status, to_status FROM attendees a
       JOIN attendee_status_changes c ON c.attendee_id = a.id WHERE a.id = $1`,
      [id],
    );
    expect(rows).toEqual([{ status: 'deleted', from_status: 'checked_in', to_status: 'deleted' }]);
  });

  it('happens once, however many ask for it at once', async () => {
    const event = await organization.event({ capacity: 2 });
    const { id } = await organization.issueOne(event, {});
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => organization.deleteAttendee(event, id)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
    expect(await organization.seats(event)).toEqual({ sold: 0, remaining: 2 });
  });

  it('by PATCH shows the attendee a last time', async () => {
    const event = await organization.event();
    const { id } = await organization.issueOne(event, {});
    const { body } = await organization.changeAttendee(event, id, { status: 'deleted' }).expect(200);
    expect(body).toMatchObject({ id, status: 'deleted', checked_in_at: null });
    await expectGone(event, id);
  });

  async function expectGone(event: TestEvent, id: string): Promise<void> {
    const path = `/events/${event.id}/attendees`;
    const { client } = organization;
    for (const request of [
      client.get(`${path}/${id}`),
      client.get(`${path}/${id}/history`),
      client.delete(`${path}/${id}`),
      client.patch(`${path}/${id}`, { status: 'valid' }),
      client.patch(`${path}/${id}`, { status: 'deleted' }),
    ]) {
      const { body } = await request.set('X-Request-Id', 'same').expect(404);
      const { body: unknown } = await client
        .get(`${path}/${UNKNOWN}`)
        .set('X-Request-Id', 'same')
        .expect(404);
      expect(body).toEqual(unknown);
    }
  }

  function messagesFor(attendeeId: string): Promise<object[]> {
    return app.database.query(
      `SELECT type, payload FROM outbox_messages WHERE payload ->> 'attendee_id' = $1`,
      [attendeeId],
    );
  }
});
