import type { IssuedTicketsDto } from '../../src/attendees/dto/attendee.dto';
import { startApp, type TestApp } from '../support/app';
import { Listener } from '../support/listener';
import type { TestEvent, TestOrganization } from '../support/organization';

const ids = (tickets: readonly { id: string }[]): string[] => tickets.map(({ id }) => id).sort();

describe('Domain events', () => {
  let app: TestApp;
  let listener: Listener;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
    listener = new Listener(app);
    organization = await app.organization();
    event = await organization.event();
  });
  beforeEach(() => listener.news());
  afterAll(() => app.close());

  const path = ({ data }: IssuedTicketsDto): string => `/events/${event.id}/attendees/${data[0]!.id}`;

  it('tell of a new event and of its changes, not of its sales', async () => {
    const other = await organization.event();
    expect(await listener.news()).toEqual({ 'event.created': [other.id] });
    await organization.client.patch(`/events/${other.id}`, { capacity: 5 }).expect(200);
    expect(await listener.news()).toEqual({ 'event.updated': [other.id] });
    await organization.issue(other, { quantity: 2 });
    expect(await listener.news()).not.toHaveProperty(['event.updated']);
  });

  it('say when and in which version', async () => {
    const { body } = await organization.client.post('/contacts', { email: 'when@example.org' }).expect(201);
    expect(await listener.events()).toEqual([
      {
        type: 'contact.updated',
        version: 1,
        organizationId: organization.id,
        ids: [body.id],
        occurredAt: new Date(body.created_at as string),
      },
    ]);
  });

  it('tell of contacts that are created, changed and erased, with the tickets that lose their names', async () => {
    const email = 'grace@example.org';
    const { data } = await organization.issue(event, { contact: { email }, quantity: 2 });
    const contact = data[0]!.contact_id;
    expect(await listener.news()).toEqual({ 'attendee.created': ids(data), 'contact.updated': [contact] });
    await organization.client.patch(`/contacts/${contact}`, { company: 'Navy' }).expect(200);
    expect(await listener.news()).toEqual({ 'contact.updated': [contact] });
    await organization.client.delete(`/contacts/${contact}`).expect(200);
    expect(await listener.news()).toEqual({ 'attendee.updated': ids(data), 'contact.updated': [contact] });
  });

  it('tell of a contact in create attendee only when it changes', async () => {
    const { data } = await organization.issue(event, { contact: { email: 'ada@example.org' } });
    await listener.news();
    const again = await organization.issue(event, { contact: { email: 'ada@example.org' } });
    expect(await listener.news()).toEqual({ 'attendee.created': ids(again.data) });
    const named = await organization.issue(event, {
      contact: { email: 'ada@example.org', first_name: 'Ada' },
    });
    expect(await listener.news()).toEqual({
      'attendee.created': ids(named.data),
      'contact.updated': [data[0]!.contact_id],
    });
  });

  it('tell of a batch by one event, and of upgraded tickets as updated', async () => {
    const contact = { email: 'upgrade@example.org' };
    const invited = await organization.issue(event, { contact, status: 'invited', quantity: 2 });
    await listener.news();
    const { data } = await organization.issue(event, { contact, quantity: 100 });
    const events = await listener.events();
    expect(events.map(({ type, ids: { length } }) => [type, length]).sort()).toEqual([
      ['attendee.created', 98],
      ['attendee.updated', 2],
    ]);
    expect(events.flatMap((one) => one.ids).sort()).toEqual(ids(data));
    expect(events.find(({ type }) => type === 'attendee.updated')!.ids).toEqual(
      invited.data.map(({ id }) => id),
    );
  });

  it('tell of tickets that are checked in as they are issued, new or upgraded', async () => {
    const contact = { email: 'walk-in@example.org' };
    await organization.issue(event, { contact, status: 'invited' });
    await listener.news();
    const { data } = await organization.issue(event, { contact, status: 'checked_in', quantity: 2 });
    expect(await listener.news()).toEqual({
      'attendee.created': [data[1]!.id],
      'attendee.checked_in': ids(data),
    });
  });

  it.each([
    ['approval', 'pending_approval', 'valid', 'attendee.updated'],
    ['rejection', 'pending_approval', 'rejected', 'attendee.updated'],
    ['check-in', 'valid', 'checked_in', 'attendee.checked_in'],
    ['undone check-in', 'checked_in', 'valid', 'attendee.updated'],
    ['deletion', 'valid', 'deleted', 'attendee.deleted'],
  ])('tell of an %s by PATCH, and of nothing when nothing changes', async (_, from, to, type) => {
    const issued = await organization.issue(event, { status: from });
    await listener.news();
    await organization.client.patch(path(issued), { status: from }).expect(200);
    expect(await listener.news()).toEqual({});
    await organization.client.patch(path(issued), { status: to }).expect(200);
    expect(await listener.news()).toEqual({ [type]: ids(issued.data) });
  });

  it('tell of DELETE, and of a check-in once', async () => {
    const issued = await organization.issue(event);
    await listener.news();
    const scan = { barcode: issued.data[0]!.barcode, nonce: 'gate 1' };
    const scanned = Array.from({ length: 5 }, () =>
      organization.client.post(`/events/${event.id}/check-ins`, scan).expect(200),
    );
    await Promise.all(scanned);
    await organization.client.post(`/events/${event.id}/check-ins`, { barcode: scan.barcode }).expect(409);
    expect(await listener.news()).toEqual({ 'attendee.checked_in': ids(issued.data) });
    await organization.client.delete(path(issued)).expect(200);
    expect(await listener.news()).toEqual({ 'attendee.deleted': ids(issued.data) });
  });

  it.each(['all', 'good'])('tell of an import in mode %s, but not of a dry run', async (mode) => {
    const csv = `email\nanna.${mode}@example.org\nberta.${mode}@example.org\n`;
    const to = `/events/${event.id}/attendees/import?mode=${mode}&ticket_class_id=${event.ticketClass.id}`;
    await organization.client.upload(`${to}&dry_run=true`, csv).expect(200);
    expect(await listener.news()).toEqual({});
    await organization.client.upload(to, csv).expect(200);
    const news = await listener.news();
    expect([news['attendee.created']?.length, news['contact.updated']?.length]).toEqual([2, 2]);
  });

  it('tell nothing of what is refused, replayed or rolled back', async () => {
    const small = await organization.event({ capacity: 1 });
    await organization.tryIssue(small, {}, 'once').expect(201);
    await listener.news();
    await organization.tryIssue(small, {}, 'once').expect(201);
    await organization.tryIssue(small, { contact: { email: 'new@example.org' } }).expect(409);
    await organization.client
      .patch(`/events/${small.id}`, { end: { utc: '2020-01-01T00:00:00Z' } })
      .expect(400);
    expect(await listener.news()).toEqual({});
  });

  it('tell of all that comes at once, each thing once', async () => {
    const others = await app.organization();
    const theirs = await others.event();
    await listener.news();
    const sold = new Map<TestOrganization, string[]>([
      [organization, []],
      [others, []],
    ]);
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const [owner, at] = index % 2 ? [organization, event] : [others, theirs];
        const contact = { email: `guest${index}@example.org` };
        const { data } = await owner.issue(at, { quantity: 3, contact });
        sold.get(owner)!.push(...ids(data));
      }),
    );
    const created = (await listener.events()).filter(({ type }) => type === 'attendee.created');
    for (const [owner, tickets] of sold) {
      const told = created.filter(({ organizationId }) => organizationId === owner.id);
      expect(told.flatMap((one) => one.ids).sort()).toEqual(tickets.sort());
    }
  });
});
