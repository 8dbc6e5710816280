import type { AttendeeDto } from '../../src/attendees/dto/attendee.dto';
import type { AttendeePageDto } from '../../src/attendees/dto/list-attendees.dto';
import { startApp, type TestApp } from '../support/app';
import { type TestEvent, type TestOrganization } from '../support/organization';

const ALL = 'invited,pending_approval,valid,checked_in,rejected';

describe('GET /events/{eventId}/attendees', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  const list = async (event: TestEvent, query: Record<string, string | number> = {}) => {
    const { body } = await organization.client.get(`/events/${event.id}/attendees`).query(query).expect(200);
    return body as AttendeePageDto;
  };
  const idsOf = (attendees: AttendeeDto[]) => attendees.map(({ id }) => id);
  const change = (event: TestEvent, id: string, status: string) =>
    organization.client.patch(`/events/${event.id}/attendees/${id}`, { status }).expect(200);

  describe('pages', () => {
    let event: TestEvent;
    let newestFirst: string[];

    beforeAll(async () => {
      event = await organization.event();
      for (const [status, quantity] of [
        ['valid', 4],
        ['checked_in', 2],
        ['pending_approval', 3],
        ['valid', 3],
        ['checked_in', 1],
      ] as const) {
        const email = `${status}${quantity}@example.org`;
        await organization.issue(event, { status, quantity, contact: { email } });
      }
      newestFirst = idsOf((await list(event, { status: ALL })).data);
    });

    it('has valid and checked-in attendees, newest first with the id as tie-break', async () => {
      const { data, pagination } = await list(event);
      expect(data.map(({ status }) => status)).toEqual([
        'checked_in',
        ...Array<string>(3).fill('valid'),
        ...Array<string>(2).fill('checked_in'),
        ...Array<string>(4).fill('valid'),
      ]);
      const order = data.map(({ created_at, id }) => `${created_at} ${id}`);
      expect(order).toEqual([...order].sort().reverse());
      expect(pagination).toEqual({ total: 10, page: 1, page_size: 50, total_pages: 1, next_cursor: null });
    });

    it('comes page by page', async () => {
      const pages = [];
      for (const page of [1, 2, 3, 4, 5, 6]) {
        const { data, pagination } = await list(event, { status: ALL, page, page_size: 3 });
        expect(pagination).toMatchObject({ total: 13, page, page_size: 3, total_pages: 5 });
        pages.push(idsOf(data));
      }
      expect(pages.map(({ length }) => length)).toEqual([3, 3, 3, 3, 1, 0]);
      expect(pages.flat()).toEqual(newestFirst);
    });

    it('comes by cursor, whatever is issued meanwhile', async () => {
      const seen: string[] = [];
      let cursor: string | null = '';
      for (let pages = 0; cursor !== null; pages++) {
        const { data, pagination }: AttendeePageDto = await list(event, {
          status: ALL,
          page_size: 4,
          ...(cursor && { cursor }),
        });
        seen.push(...idsOf(data));
        expect(pagination.total).toBe(13 + pages);
        cursor = pagination.next_cursor;
        await organization.issue(event, {
          status: 'invited',
          contact: { email: `late${pages}@example.org` },
        });
      }
      expect(seen).toEqual(newestFirst);
    });

    it.each(['x', 'bm90IGEgY3Vyc29y', Buffer.from('newest 1 tkt_').toString('base64url'), '%00'])(
      'refuses %j as cursor',
      async (cursor) => {
        const { body } = await organization.client
          .get(`/events/${event.id}/attendees`)
          .query({ cursor })
          .expect(400);
        expect(body.error).toMatch(/Invalid pagination parameters|Validation failed/);
      },
    );

    it('refuses the cursor of a list of changes, and the other way round', async () => {
      const path = `/events/${event.id}/attendees`;
      const since = { updated_since: '2026-01-01T00:00:00Z', page_size: 2 };
      const { next_cursor: ofChanges } = (await list(event, since)).pagination;
      const { next_cursor: ofPages } = (await list(event, { page_size: 2 })).pagination;
      for (const query of [{ cursor: ofChanges }, { ...since, cursor: ofPages }]) {
        const { body } = await organization.client.get(path).query(query).expect(400);
        expect(body).toMatchObject({ error: 'Invalid pagination parameters', code: 'invalid_pagination' });
      }
    });

    it.each([{ page: 0 }, { page: 'x' }, { page_size: 0 }, { page_size: 201 }, { page_size: 1.5 }])(
      'refuses %j',
      async (query) => {
        const { body } = await organization.client
          .get(`/events/${event.id}/attendees`)
          .query(query)
          .expect(400);
        expect(body.error).toBe('Invalid pagination parameters');
      },
    );
  });

  describe('status', () => {
    it.each([
      ['invited', 1],
      ['pending_approval', 2],
      ['valid', 3],
      ['checked_in', 4],
      ['rejected', 5],
      ['valid,checked_in', 7],
      ['checked_in,valid,valid', 7],
      ['pending_approval,valid,checked_in', 9],
      ['valid,rejected', 8],
      [ALL, 15],
    ])('%s finds those and no others', async (status, total) => {
      const event = await everyStatus();
      const { data, pagination } = await list(event, { status, page_size: 2 });
      expect(pagination.total).toBe(total);
      const all = await list(event, { status, page_size: 200 });
      expect(all.data).toHaveLength(total);
      expect(all.pagination.total).toBe(total);
      expect(idsOf(all.data).slice(0, 2)).toEqual(idsOf(data));
      for (const attendee of all.data) expect(status.split(',')).toContain(attendee.status);
    });

    it.each(['deleted', 'valid,deleted', '', 'valid,', 'VALID', "valid' OR 1=1"])(
      'refuses %j',
      async (status) => {
        const event = await everyStatus();
        const { body } = await organization.client
          .get(`/events/${event.id}/attendees`)
          .query({ status })
          .expect(400);
        expect(body).toMatchObject({
          code: 'validation_failed',
          details: { fieldErrors: { status: [expect.any(String)] } },
        });
      },
    );

    it('may be repeated, and counts once', async () => {
      const event = await everyStatus();
      const path = `/events/${event.id}/attendees?page_size=6`;
      const { body } = await organization.client.get(`${path}&status=valid&status=checked_in&status=valid`);
      const { data, pagination } = await list(event, { page_size: 6 });
      expect(body).toEqual({ data, pagination });
    });

    let made: Promise<TestEvent> | undefined;
    function everyStatus(): Promise<TestEvent> {
      return (made ??= makeEveryStatus());
    }

    async function makeEveryStatus(): Promise<TestEvent> {
      const event = await organization.event();
      const issue = (status: string, quantity: number, email: string) =>
        organization.issue(event, { status, quantity, contact: { email } });
      await issue('invited', 1, 'invited@example.org');
      await issue('pending_approval', 2, 'pending@example.org');
      await issue('valid', 3, 'valid@example.org');
      await issue('checked_in', 4, 'in@example.org');
      for (const { id } of (await issue('pending_approval', 5, 'no@example.org')).data) {
        await change(event, id, 'rejected');
      }
      const { data } = await issue('valid', 1, 'gone@example.org');
      await change(event, data[0]!.id, 'deleted');
      return event;
    }
  });

  describe('filters', () => {
    let event: TestEvent;
    let balcony: string;
    let ada: AttendeeDto[];
    let bob: AttendeeDto[];

    beforeAll(async () => {
      event = await organization.event();
      balcony = (await organization.ticketClass(event, { name: 'Balcony' })).id;
      const issue = async (fields: Record<string, unknown>) => (await organization.issue(event, fields)).data;
      ada = await issue({
        quantity: 2,
        contact: { email: 'ada@example.org', first_name: 'Ada', last_name: 'Lovelace' },
      });
      bob = await issue({
        quantity: 3,
        ticket_class_id: balcony,
        contact: { email: 'bob_100%@example.org', first_name: 'Bob', last_name: 'Ölmann' },
      });
      await issue({ status: 'invited', contact: { email: 'eve@example.org', first_name: 'Eve' } });
      const elsewhere = await organization.event();
      await organization.issue(elsewhere, { contact: { email: 'ada@example.org' } });
    });

    it('by e-mail address, trimmed and in any case', async () => {
      const { data, pagination } = await list(event, { email: ' ADA@example.org ' });
      expect(idsOf(data).sort()).toEqual(idsOf(ada).sort());
      expect(pagination.total).toBe(2);
      expect((await list(event, { email: 'ada' })).data).toEqual([]);
    });

    it('by ticket class', async () => {
      const { data, pagination } = await list(event, { ticket_class_id: balcony, page_size: 2 });
      expect(data).toHaveLength(2);
      for (const attendee of data) expect(attendee.ticket_class_id).toBe(balcony);
      expect(pagination).toMatchObject({ total: 3, total_pages: 2 });
      const valid = await list(event, { ticket_class_id: balcony, status: 'valid', page_size: 1 });
      expect(valid.pagination.total).toBe(3);
    });

    it('by contact and by payment', async () => {
      expect((await list(event, { contact_id: bob[0]!.contact_id })).pagination.total).toBe(3);
      const { data, pagination } = await list(event, { payment_id: ada[0]!.payment_id, page_size: 1 });
      expect(data).toHaveLength(1);
      expect(pagination.total).toBe(2);
    });

    it('combined', async () => {
      const query = { contact_id: bob[0]!.contact_id, ticket_class_id: balcony, q: 'bob', status: 'valid' };
      expect((await list(event, query)).pagination.total).toBe(3);
      expect((await list(event, { ...query, email: 'ada@example.org' })).data).toEqual([]);
    });

    it.each([
      ['ticket_class_id', 'tcl_01k5x9a3v8e6rr4c1m2n3p4q5s'],
      ['contact_id', 'con_01k5x9a3v8e6rr4c1m2n3p4q5s'],
      ['payment_id', 'nonsense'],
      ['email', 'nobody@example.org'],
    ])('%s that names nothing finds nothing, on any page', async (name, value) => {
      for (const page of [1, 2]) {
        const { data, pagination } = await list(event, { [name]: value, page });
        expect(data).toEqual([]);
        expect(pagination.total).toBe(0);
      }
    });

    it.each([
      ['ada', 2],
      ['LOVELACE', 2],
      ['ada love', 2],
      ['da@exa', 2],
      [' ada ', 2],
      ['ölm', 3],
      ['ÖLMANN', 3],
      ['100%', 3],
      ['b_1', 3],
      ['a_a', 0],
      ['a%a', 0],
      ['%', 3],
      ['\\', 0],
      ["' OR ''='", 0],
      ['example.org', 5],
      ['', 5],
      ['eve', 0],
    ])('q=%j finds %i', async (q, total) => {
      const { data, pagination } = await list(event, { q });
      expect(data).toHaveLength(total);
      expect(pagination.total).toBe(total);
    });

    it('searches within the statuses, page by page', async () => {
      expect((await list(event, { q: 'eve', status: 'invited' })).data).toMatchObject([
        { first_name: 'Eve' },
      ]);
      const first = await list(event, { q: 'EXAMPLE', page_size: 2 });
      expect(first.pagination).toMatchObject({ total: 5, total_pages: 3 });
      const second = await list(event, { q: 'EXAMPLE', page_size: 2, cursor: first.pagination.next_cursor! });
      expect(second.pagination.total).toBe(5);
      const whole = await list(event, { q: 'EXAMPLE' });
      expect([...first.data, ...second.data]).toEqual(whole.data.slice(0, 4));
    });

    it.each([
      { q: 'x'.repeat(255) },
      { q: 'a\u0000' },
      { nonsense: 'x' },
      { email: 'x'.repeat(255) },
      { contact_id: ['a', 'b'] },
    ])('refuses bad filters', async (query) => {
      const { body } = await organization.client
        .get(`/events/${event.id}/attendees`)
        .query(query)
        .expect(400);
      expect(body.code).toBe('validation_failed');
    });

    it('finds nothing of another organization', async () => {
      const { client } = await app.organization();
      const { body } = await client.get(`/events/${event.id}/attendees`).expect(404);
      expect(body.code).toBe('event_not_found');
    });
  });
});
