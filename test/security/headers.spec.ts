import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';
import { sendRaw } from '../support/raw-http';

const PUBLIC_URL = 'https://tickets.example.org';

describe('Headers', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp({ PUBLIC_URL, TRUST_PROXY: 'loopback' });
    organization = await app.organization();
  });
  afterAll(() => app.close());

  it.each(['/api/v1/me', '/nothing', '/docs', '/openapi.json', '/health/ready', '/t/x', '/t/x/event.ics'])(
    'of %s protect who reads it and name no software',
    async (path) => {
      const { headers } = await fetch(app.url + path);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toMatch(/frame-ancestors '(self|none)'/);
      expect(headers.get('content-security-policy')).not.toContain('unsafe-eval');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{7,}/);
    },
  );

  it.each([
    ['/api/v1/me', 200],
    ['/API/V1/me', 200],
    ['/api/v1/events/unknown', 404],
    ['/api/v1/nothing', 404],
  ])('of %s keep the answer out of caches', async (path, status) => {
    const answer = await fetch(app.url + path, { headers: { 'X-API-KEY': organization.client.apiKey! } });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([status, 'no-store']);
  });

  it('keep refusals, files and replays out of caches too', async () => {
    const event = await organization.event();
    const create = () =>
      organization.client.post('/contacts', { email: 'ada@example.org' }, 'once').expect(201);
    const answers = [
      await app.anonymous.get('/me').expect(401),
      await organization.client.get(`/events/${event.id}/attendees/export`).expect(200),
      await create(),
      await create(),
    ];
    expect(answers.map(({ headers }) => headers['cache-control'] as string)).toEqual(
      answers.map(() => 'no-store'),
    );
  });

  it('let no other website read or send anything with a browser', async () => {
    const headers = { Origin: 'https://evil.example.org', 'Access-Control-Request-Method': 'POST' };
    for (const method of ['GET', 'OPTIONS']) {
      const answer = await fetch(`${app.url}/api/v1/me`, { method, headers });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('cannot lead the links that are handed out elsewhere', async () => {
    const event = await organization.event();
    const { body } = await sendRaw(app.url, {
      method: 'POST',
      path: `/api/v1/events/${event.id}/attendees`,
      headers: {
        'X-API-KEY': organization.client.apiKey!,
        Host: 'evil.example.org',
        'X-Forwarded-Host': 'evil.example.org',
        'X-Forwarded-Proto': 'http',
        Forwarded: 'host=evil.example.org',
      },
      body: { ticket_class_id: event.ticketClass.id, contact: { email: 'ada@example.org' } },
    });
    expect(body.tickets_url).toMatch(new RegExp(`^${PUBLIC_URL}/t/[\\w-]{32}$`));
  });
});
