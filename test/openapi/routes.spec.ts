import { ORGANIZATION_SCOPES, grants, type Scope } from '../../src/common/auth/scopes';
import { newId } from '../../src/common/ids/ids';
import { startApp, type TestApp } from '../support/app';
import { Client } from '../support/client';
import { type Operation, operationsOf } from '../support/openapi';
import type { TestOrganization } from '../support/organization';
import { resourcesOf } from '../support/resources';

/** Walks every route there is, so that a new one cannot be forgotten. */
describe('every route', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let other: TestOrganization;
  let operations: Operation[];

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
    other = await app.organization();
    operations = operationsOf(app);
  });
  afterAll(() => app.close());

  it('is in the OpenAPI document', () => {
    const documented = operations.map(
      ({ method, path }) => `${method} /api/v1${path.replace(/\{(\w+)\}/g, ':$1')}`,
    );
    expect(new Set(documented)).toEqual(new Set(routesOf(app)));
  });

  it('answers 401 without a key and with a wrong one', async () => {
    for (const operation of operations) {
      const path = fill(operation, () => 'x');
      const missing = await send(app.anonymous, operation, path);
      expect([operation.path, missing.status, missing.body.error]).toEqual([
        operation.path,
        401,
        'Missing X-API-KEY header',
      ]);
      const wrong = await send(new Client(app.url, 'usher_wrong'), operation, path);
      expect([operation.path, wrong.status, wrong.body.error]).toEqual([
        operation.path,
        401,
        'Invalid or revoked API key',
      ]);
    }
  });

  it('answers 403 to a key with every scope but its own', async () => {
    for (const operation of operations) {
      if (!operation.scope) continue;
      const others = ORGANIZATION_SCOPES.filter((scope) => !grants([scope], operation.scope as Scope));
      const client = await organization.clientWith(...others);
      const { status, body } = await send(
        client,
        operation,
        fill(operation, () => 'x'),
      );
      expect([operation.path, status, body]).toEqual([
        operation.path,
        403,
        {
          error: 'insufficient_scope',
          code: 'insufficient_scope',
          details: { required_scope: operation.scope },
          request_id: expect.any(String),
        },
      ]);
    }
  });

  it("answers another organization's ids like unknown and malformed ones", async () => {
    const theirs = await resourcesOf(other);
    const unknown = {
      eventId: newId('event'),
      ticketClassId: newId('ticketClass'),
      attendeeId: newId('attendee'),
      contactId: newId('contact'),
      paymentId: newId('payment'),
      apiKeyId: newId('apiKey'),
      webhookEndpointId: newId('webhookEndpoint'),
      deliveryId: newId('webhookDelivery'),
    } as Record<string, string>;
    for (const operation of operations.filter(({ parameters }) => parameters.length > 0)) {
      const answers = [];
      for (const id of [
        (name: string) => theirs[name],
        (name: string) => unknown[name],
        () => 'evt_nonsense',
        () => '%00',
      ]) {
        const path = fill(operation, (name) => {
          const value = id(name);
          if (value === undefined) throw new Error(`The test knows no ${name}`);
          return value;
        });
        const { status, body } = await send(organization.client, operation, path);
        answers.push({
          operation: `${operation.method} ${operation.path}`,
          status,
          body: { ...body, request_id: '' },
        });
      }
      expect(answers[0]!.status).toBe(404);
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    }
  });
});

function fill({ path }: Operation, id: (parameter: string) => string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => id(name));
}

async function send(client: Client, { method, body, takesCsv }: Operation, path: string) {
  if (takesCsv) return client.upload(path, 'email\nada@example.org\n');
  if (method === 'post' || method === 'patch') return client[method](path, body ?? {});
  return client[method](path);
}

/** What Express really routes to the API, as `get /api/v1/events/:eventId`. */
function routesOf(app: TestApp): string[] {
  const express = app.nest.getHttpAdapter().getInstance() as {
    router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
  };
  return express.router.stack.flatMap(({ route }) =>
    route?.path.startsWith('/api/')
      ? Object.keys(route.methods).map((method) => `${method} ${route.path}`)
      : [],
  );
}
