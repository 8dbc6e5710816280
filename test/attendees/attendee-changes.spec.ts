import { Client } from 'pg';
import type { AttendeeDto } from '../../src/attendees/dto/attendee.dto';
import type { AttendeePageDto } from '../../src/attendees/dto/list-attendees.dto';
import { startApp, type TestApp } from '../support/app';
import { type TestEvent, type TestOrganization } from '../support/organization';
import { until } from '../support/until';

const ALL = 'invited,pending_approval,valid,checked_in,rejected';
const EVER = '2020-01-01T00:00:00Z';

describe('GET /events/{eventId}/attendees?updated_since=', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  const look = async (event: TestEvent, query: Record<string, string | number>) => {
    const { body } = await organization.client
      .get(`/events/${event.id}/attendees`)
      .query({ status: ALL, updated_since: EVER, ...query })
      .expect(200);
    return body as AttendeePageDto;
  };

  const order = ({ updated_at, id }: AttendeeDto) => `${updated_at} ${id}`;

  it('lists in the order of the latest change', async () => {
    const event = await organization.event();
    const { data } = await organization.issue(event, { quantity: 5 });
    await organization.changeAttendee(event, data[2]!.id, { status: 'checked_in' }).expect(200);
    await organization.changeAttendee(event, data[0]!.id, { status: 'pending_approval' }).expect(200);

    const page = await look(event, {});

    expect(page.data).toHaveLength(5);
    expect(page.data.slice(3).map(({ id }) => id)).toEqual([data[2]!.id, data[0]!.id]);
    expect(page.data.map(order)).toEqual(page.data.map(order).sort());
    expect(page.pagination).toEqual({
      total: 5,
      page: 1,
      page_size: 50,
      total_pages: 1,
      next_cursor: expect.any(String),
    });
  });

  it('begins with what changed at that very time', async () => {
    const event = await organization.event();
    await organization.issueOne(event);
    const later = await organization.issueOne(event, { contact: { email: 'bob@example.org' } });
    const { data } = await look(event, { updated_since: later.updated_at });
    expect(data).toEqual([later]);
    const offset = later.updated_at.replace('Z', '+00:00');
    expect((await look(event, { updated_since: offset })).data).toEqual([later]);
    const { data: none, pagination } = await look(event, { updated_since: '2999-01-01T00:00:00Z' });
    expect([none, pagination.total]).toEqual([[], 0]);
  });

  it('goes on from its cursor, within a batch of one time, to the end and beyond', async () => {
    const event = await organization.event();
    await organization.issue(event, { quantity: 7 });
    const seen: AttendeeDto[] = [];
    let cursor: string | undefined;
    for (const left of [7, 4, 1, 0, 0]) {
      const { data, pagination } = await look(event, { page_size: 3, ...(cursor && { cursor }) });
      expect(pagination.total).toBe(left);
      seen.push(...data);
      cursor = pagination.next_cursor!;
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(7);
    expect(seen).toHaveLength(7);

    const { body: changed } = await organization
      .changeAttendee(event, seen[3]!.id, { status: 'checked_in' })
      .expect(200);
    const { data } = await look(event, { cursor: cursor! });
    expect(data).toEqual([changed]);
  });

  it('comes page by page too', async () => {
    const event = await organization.event();
    await organization.issue(event, { quantity: 5 });
    const pages = await Promise.all([1, 2, 3, 4].map((page) => look(event, { page, page_size: 2 })));
    const ids = pages.flatMap(({ data }) => data.map(({ id }) => id));
    expect(ids).toHaveLength(5);
    expect(ids).toEqual([...ids].sort());
    for (const { pagination } of pages) expect(pagination).toMatchObject({ total: 5, total_pages: 3 });
  });

  it('combines with other filters, and never shows a deleted ticket', async () => {
    const event = await organization.event();
    const { data } = await organization.issue(event, { quantity: 3 });
    await organization.changeAttendee(event, data[0]!.id, { status: 'deleted' }).expect(200);
    await organization.changeAttendee(event, data[1]!.id, { status: 'checked_in' }).expect(200);
    await organization.issueOne(event, { contact: { email: 'bob@example.org' } });
    expect((await look(event, {})).data).toHaveLength(3);
    expect((await look(event, { status: 'checked_in' })).data).toMatchObject([{ id: data[1]!.id }]);
    expect((await look(event, { q: 'bob' })).data).toMatchObject([{ email: 'bob@example.org' }]);
    expect((await look(event, { email: 'ada@example.org' })).data).toHaveLength(2);
  });

  it.each(['yesterday', '2026-05-26', '2026-05-26T12:00:00', '2026-02-30T00:00:00Z', '', '0', "'"])(
    'refuses updated_since=%j',
    async (updated_since) => {
      const event = await organization.event();
      const { body } = await organization.client
        .get(`/events/${event.id}/attendees`)
        .query({ updated_since })
        .expect(400);
      expect(body).toMatchObject({ details: { fieldErrors: { updated_since: [expect.any(String)] } } });
    },
  );

  it('waits for a transaction that commits late, and then tells everything in order', async () => {
    const event = await organization.event();
    const { data } = await organization.issue(event, { quantity: 3 });
    const [late, early] = [data[0]!, data[1]!];
    const start = (await look(event, {})).pagination.next_cursor!;
    const writer = await LateWriter.begin(app.database.url, late.id);

    await organization.changeAttendee(event, early.id, { status: 'checked_in' }).expect(200);
    const meanwhile = await look(event, { cursor: start });
    expect(meanwhile.data).toEqual([]);
    const again = await look(event, { cursor: meanwhile.pagination.next_cursor! });
    expect(again.data).toEqual([]);

    await writer.commit();
    const { data: told } = await look(event, { cursor: again.pagination.next_cursor! });
    expect(told.map(({ id, status }) => [id, status])).toEqual([
      [late.id, 'checked_in'],
      [early.id, 'checked_in'],
    ]);
  });

  it('keeps a cursor that is ahead of a transaction that was open before', async () => {
    const event = await organization.event();
    const one = await organization.issueOne(event);
    const open = new Client(app.database.url);
    await open.connect();
    await open.query('BEGIN');
    const { cursor } = await caughtUp(event);
    await open.query('SELECT pg_current_xact_id()');

    const { data, pagination } = await look(event, { cursor });
    expect([data, pagination.next_cursor]).toEqual([[], cursor]);
    await open.query('COMMIT');
    await open.end();
    const { body: changed } = await organization
      .changeAttendee(event, one.id, { status: 'checked_in' })
      .expect(200);
    expect((await look(event, { cursor })).data).toEqual([changed]);
  });

  it('tells a scanner of every change, whoever writes when', async () => {
    const event = await organization.event();
    const { data } = await organization.issue(event, { quantity: 20 });
    const copy = new Map<string, AttendeeDto>();
    let cursor: string | undefined;
    const poll = async () => {
      const page = await look(event, { page_size: 7, ...(cursor && { cursor }) });
      for (const attendee of page.data) copy.set(attendee.id, attendee);
      cursor = page.pagination.next_cursor!;
      return page.data.length;
    };
    let writing = true;
    const polling = (async () => {
      while (writing) await poll();
    })();

    await Promise.all([
      ...data.slice(0, 12).map(async ({ id }) => {
        for (const status of ['checked_in', 'valid', 'pending_approval', 'valid']) {
          await organization.changeAttendee(event, id, { status }).expect(200);
        }
      }),
      ...data.slice(12).map(async ({ id }) => {
        const writer = await LateWriter.begin(app.database.url, id);
        await writer.commit();
      }),
      ...Array.from({ length: 6 }, (_, guest) =>
        organization.issueOne(event, { contact: { email: `g${guest}@example.org` } }),
      ),
    ]);
    writing = false;
    await polling;
    await until(async () => (await poll()) === 0 && copy.size === 26, 'The scanner has not caught up');

    const { body } = await organization.client.get(`/events/${event.id}/attendees?status=${ALL}`).expect(200);
    const truth = (body as AttendeePageDto).data;
    expect(truth.map(({ id }) => copy.get(id))).toEqual(truth);
  });

  async function caughtUp(event: TestEvent): Promise<{ cursor: string }> {
    const { pagination } = await look(event, {});
    return { cursor: pagination.next_cursor! };
  }
});

/** Checks a ticket in like Usher does, and commits when it is told to. */
class LateWriter {
  private constructor(private readonly client: Client) {}

  static async begin(url: string, attendeeId: string): Promise<LateWriter> {
    const client = new Client(url);
    await client.connect();
    await client.query('BEGIN');
    const { rows } = await client.query<{ now: Date }>(
      'SELECT clock_timestamp() AS now FROM pg_current_xact_id()',
    );
    await client.query(
      `UPDATE attendees SET status = 'checked_in', checked_in_at = $1, updated_at = $1 WHERE id = $2`,
      [rows[0]!.now, attendeeId],
    );
    return new LateWriter(client);
  }

  async commit(): Promise<void> {
    await this.client.query('COMMIT');
    await this.client.end();
  }
}
