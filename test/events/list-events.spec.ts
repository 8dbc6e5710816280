import type { EventDto } from '../../src/events/dto/event.dto';
import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';

describe('GET /events', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    organization = await app.organization();
  });

  async function names(query = ''): Promise<string[]> {
    const { body } = await organization.client.get(`/events${query}`).expect(200);
    return (body.data as EventDto[]).map(({ name }) => name);
  }

  it('shows what GET of one shows, newest first', async () => {
    const older = await organization.event({ name: 'Older' });
    const newer = await organization.event({ name: 'Newer' });
    const { body } = await organization.client.get('/events').expect(200);
    expect(body.data.map(({ id }: EventDto) => id)).toEqual([newer.id, older.id]);
    expect(body.data[1]).toEqual((await organization.client.get(`/events/${older.id}`)).body);
    expect(body.pagination).toEqual({ total: 2, page: 1, page_size: 50, total_pages: 1 });
  });

  it('goes page by page', async () => {
    for (const name of ['One', 'Two', 'Three']) await organization.event({ name });
    const { body } = await organization.client.get('/events?page=2&page_size=2').expect(200);
    expect(body.data.map(({ name }: EventDto) => name)).toEqual(['One']);
    expect(body.pagination).toEqual({ total: 3, page: 2, page_size: 2, total_pages: 2 });
    expect(await names('?page=3&page_size=2')).toEqual([]);
  });

  it.each(['page=0', 'page=x', 'page_size=0', 'page_size=201', 'page=1.5', 'page=1&page=2'])(
    'refuses %s',
    async (query) => {
      const { body } = await organization.client.get(`/events?${query}`).expect(400);
      expect(body.error).toBe('Invalid pagination parameters');
    },
  );

  it('shows active events unless asked otherwise', async () => {
    await organization.event({ name: 'Active' });
    const inactive = await organization.event({ name: 'Inactive' });
    await organization.client.patch(`/events/${inactive.id}`, { status: 'inactive' }).expect(200);
    expect(await names()).toEqual(['Active']);
    expect(await names('?status=active')).toEqual(['Active']);
    expect(await names('?status=inactive')).toEqual(['Inactive']);
    expect(await names('?status=active,inactive')).toEqual(['Inactive', 'Active']);
  });

  it('finds a part of the name, in upper or lower case', async () => {
    for (const name of ['Autumn Concert', 'CONCERTO', 'Élan vital', 'Reading'])
      await organization.event({ name });
    expect(await names('?q=concert')).toEqual(['CONCERTO', 'Autumn Concert']);
    expect(await names('?q=ÉLAN')).toEqual(['Élan vital']);
    expect(await names('?q=%20reading%20')).toEqual(['Reading']);
    expect(await names('?q=opera')).toEqual([]);
    expect(await names('?q=')).toHaveLength(4);
  });

  it('takes wildcards and quotes literally', async () => {
    for (const name of ['100% fun', '100 fun', 'a_b', 'axb', 'back\\slash', "Rock'n'Roll"]) {
      await organization.event({ name });
    }
    expect(await names('?q=100%25')).toEqual(['100% fun']);
    expect(await names('?q=a_b')).toEqual(['a_b']);
    expect(await names('?q=%5C')).toEqual(['back\\slash']);
    expect(await names(`?q=${encodeURIComponent("'n'")}`)).toEqual(["Rock'n'Roll"]);
    expect(await names(`?q=${encodeURIComponent("' OR 1=1 --")}`)).toEqual([]);
  });

  it('takes ranges of the start, the first instant included and the last one not', async () => {
    for (const day of ['01', '02', '03']) {
      await organization.event({
        name: day,
        start: { utc: `2027-05-${day}T00:00:00Z`, timezone: 'Asia/Tokyo' },
      });
    }
    expect(await names('?starts_after=2027-05-02T00:00:00Z')).toEqual(['03', '02']);
    expect(await names('?starts_before=2027-05-02T00:00:00Z')).toEqual(['01']);
    expect(
      await names('?starts_after=2027-05-02T02:00:00%2B02:00&starts_before=2027-05-03T00:00:00Z'),
    ).toEqual(['02']);
    expect(await names('?starts_after=2027-05-02T00:00:00Z&q=3')).toEqual(['03']);
  });

  it.each([
    ['status', 'status=deleted'],
    ['status', 'status='],
    ['status', 'status=active,'],
    ['starts_after', 'starts_after=2027-05-01'],
    ['starts_after', 'starts_after=2027-05-01T00:00:00'],
    ['starts_after', 'starts_after=yesterday'],
    ['starts_after', 'starts_after='],
    ['starts_before', 'starts_before=2027-02-30T00:00:00Z'],
    ['starts_before', 'starts_before=2027-05-01T00:00:00Z&starts_before=2027-05-01T00:00:00Z'],
    ['q', `q=${'a'.repeat(201)}`],
    ['q', 'q=a&q=b'],
    ['cursor', 'cursor=abc'],
    ['sort', 'sort=name'],
  ])('refuses a bad %s: %s', async (field, query) => {
    const { body } = await organization.client.get(`/events?${query}`).expect(400);
    expect(Object.keys(body.details.fieldErrors as object)).toEqual([field]);
  });

  it('shows no other organization', async () => {
    await (await app.organization()).event();
    expect(await names()).toEqual([]);
  });

  it('needs events:read, which events:write implies', async () => {
    await (await organization.clientWith('attendees:write')).get('/events').expect(403);
    await (await organization.clientWith('events:write')).get('/events').expect(200);
    await app.anonymous.get('/events').expect(401);
  });
});
