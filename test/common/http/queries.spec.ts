import { startApp, type TestApp } from '../../support/app';
import type { TestOrganization } from '../../support/organization';

/** Whatever a query holds, the answer is the one envelope and never a 5xx. */
describe('Bad queries', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  it.each([
    'page=0',
    'page=-1',
    'page=1.5',
    'page=x',
    'page=1e1',
    'page=0x10',
    'page=',
    'page_size=0',
    'page_size=201',
    'page=1&page=2',
    'page=99999999999999999999',
  ])('%s is no page', async (query) => {
    const { status, body } = await organization.client.get(`/events?${query}`);
    expect([status, body.error]).toEqual([400, 'Invalid pagination parameters']);
    expect(Object.keys(body.details.fieldErrors)).toEqual([query.split('=')[0]]);
  });

  it.each([
    'cursor=x',
    'cursor=%ED',
    `cursor=${'x'.repeat(201)}`,
    `cursor=${Buffer.from('1 con_x; DROP').toString('base64url')}`,
    'cursor=a&cursor=b',
  ])('%s is no cursor', async (query) => {
    const { status, body } = await organization.client.get(`/contacts?${query}`);
    expect([status, body.error]).toEqual([400, 'Invalid pagination parameters']);
  });

  it('an empty cursor is none, in whatever list', async () => {
    const event = await organization.event();
    const contact = await organization.contact();
    const endpoint = await organization.webhookEndpoint({ url: 'https://hooks.example.org/usher' });
    for (const list of [
      '/contacts',
      '/payments',
      `/contacts/${contact.id}/attendees`,
      `/events/${event.id}/attendees`,
      `/webhook-endpoints/${endpoint.id}/deliveries`,
    ]) {
      const { status, body } = await organization.client.get(`${list}?cursor=`);
      expect([list, status, body.error]).toEqual([list, 400, 'Invalid pagination parameters']);
    }
  });

  it('a page is unknown where there are none', async () => {
    const event = await organization.event();
    const { status, body } = await organization.client.get(`/events/${event.id}/attendees/export?page=2`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.details.fieldErrors).toEqual({ page: ['is not a known field'] });
  });

  it.each(['email=a%00b', '%00=x', 'email=%00'])('NUL in %s is refused', async (query) => {
    const { status, body } = await organization.client.get(`/contacts?${query}`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  it.each([
    'email=a&email=b',
    'email[x]=1',
    'email[]=a',
    'unknown=1',
    '__proto__=1',
    'constructor[prototype]=1',
    'email=%zz',
    '&&&=',
    'email=',
  ])('%s does no harm', async (query) => {
    const { status, body } = await organization.client.get(`/contacts?${query}`);
    expect([200, 400]).toContain(status);
    if (status === 400) expect(body.code).toBe('validation_failed');
  });
});
