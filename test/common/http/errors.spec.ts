import request from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import type { TestOrganization } from '../../support/organization';
import { sendRaw, sendText } from '../../support/raw-http';
import { BAD, expectError, NO_ROUTE } from './envelope';

/** Whatever is sent, the answer is the one envelope and never a 5xx. */
describe('Errors', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  describe('of routes', () => {
    const methods = ['get', 'post', 'put', 'patch', 'delete', 'options'] as const;

    it.each([
      '/',
      '/nothing',
      '/api',
      '/api/v1',
      '/api/v2/events',
      '/api/v1/nothing',
      '/api/v1/events/x/y/z',
      '/health',
      '/..%2f..%2fetc%2fpasswd',
      '/?q=1',
    ])('%s is unknown, with and without a key', async (path) => {
      for (const method of methods) {
        expectError(await request(app.url)[method](path), NO_ROUTE);
        expectError(
          await request(app.url)[method](path).set('X-API-KEY', organization.client.apiKey!),
          NO_ROUTE,
        );
      }
    });

    it('an unknown method is an unknown route', async () => {
      expectError(
        await request(app.url).put('/api/v1/events').set('X-API-KEY', organization.client.apiKey!).send({}),
        NO_ROUTE,
      );
      expectError(
        await request(app.url).delete('/api/v1/events').set('X-API-KEY', organization.client.apiKey!),
        NO_ROUTE,
      );
    });

    it('HEAD tells the status and nothing else', async () => {
      const { status, text } = await request(app.url).head('/nothing');
      expect([status, text]).toEqual([404, undefined]);
    });

    it.each([
      '/api/v1/events/%zz',
      '/api/v1/events/%',
      '/api/v1/events/%C3%28',
      '/api/v1/events/%ED%A0%80/attendees',
    ])('the malformed percent-encoding of %s is a 400', async (path) => {
      expectError(
        await sendRaw(app.url, { path, headers: { 'X-API-KEY': organization.client.apiKey! } }),
        BAD,
      );
    });

    it('NUL in a path finds nothing', async () => {
      expectError(await organization.client.get('/events/%00'), {
        status: 404,
        code: 'event_not_found',
        error: 'Event not found',
      });
      expectError(await organization.client.get('/contacts/con_%00'), {
        status: 404,
        code: 'contact_not_found',
        error: 'Contact not found',
      });
      expectError(await request(app.url).get('/%00'), NO_ROUTE);
    });

    it('a very long path finds nothing', async () => {
      expectError(await organization.client.get(`/events/${'x'.repeat(10_000)}`), {
        status: 404,
        code: 'event_not_found',
        error: 'Event not found',
      });
    });
  });

  describe('of what is hardly HTTP', () => {
    it('headers that are too large are a 431', async () => {
      expectError(
        await sendRaw(app.url, { path: '/api/v1/events', headers: { 'X-Filler': 'x'.repeat(40_000) } }),
        {
          status: 431,
          code: 'headers_too_large',
          error: 'The request headers are too large',
        },
      );
    });

    it.each([
      ['no request line', 'hello\r\n\r\n'],
      ['a header without a colon', 'GET / HTTP/1.1\r\nHost\r\n\r\n'],
      ['a control character in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-API-KEY: a\u0001b\r\n\r\n'],
      ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
      ['a length that is no number', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n{}'],
      [
        'two framings',
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      ],
      ['a space in the path', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n'],
      ['HTTP/1.1 without a host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ])('%s is a 400', async (_, text) => {
      expectError(await sendText(app.url, text), BAD);
    });

    it('HTTP/1.0 needs no host', async () => {
      expectError(await sendText(app.url, 'GET /nothing HTTP/1.0\r\n\r\n'), NO_ROUTE);
    });

    it('what a client expects that nobody knows is passed over', async () => {
      expectError(await sendRaw(app.url, { path: '/nothing', headers: { Expect: 'a miracle' } }), NO_ROUTE);
    });

    it('goes on serving others', async () => {
      await organization.client.get('/me').expect(200);
    });
  });
});
