import { ApiDocument, type Operation, type Parameter } from '../support/api-document';
import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';
import { resourcesOf } from '../support/resources';

/** In this order nothing is deleted before it has been used. */
const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'] as const;

/** Sends what Swagger UI has filled in when a page opens, with nothing changed but the ids in the path. */
describe('the examples in the OpenAPI document', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let document: ApiDocument;
  let operations: Operation[];
  let ids: Record<string, string>;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
    ids = await resourcesOf(organization);
    const { eventId, attendeeId } = ids;
    await organization.client.patch(`/events/${eventId}/attendees/${attendeeId}`, { status: 'checked_in' });
    document = await ApiDocument.of(app.url);
    operations = METHODS.flatMap((method) => document.operations.filter((one) => one.method === method));
  });
  afterAll(() => app.close());

  it('are understood by every operation, and no list is empty for them', async () => {
    for (const operation of operations) {
      for (const body of bodiesOf(operation)) {
        const answer = await send(operation, body);
        const text = await answer.text();
        const sent = [operation.method, operation.path, text];
        expect([...sent, answer.status]).not.toEqual([...sent, 400]);
        expect(text).not.toContain('idempotency_key_reused');
        expect(text).not.toContain('"data":[]');
      }
    }
  });

  it('name a ticket for a check-in in each of the two ways', () => {
    const { path } = operations.find(({ path: one }) => one.endsWith('/check-ins'))!;
    const examples = bodiesOf(operations.find((one) => one.path === path)!) as object[];
    expect(examples.map((example) => Object.keys(example))).toEqual([['barcode'], ['attendee_id']]);
  });

  function bodiesOf({ body }: Operation): unknown[] {
    if (!body) return [undefined];
    const examples = Object.values(body.examples ?? {});
    return examples.length > 0 ? examples.map(({ value }) => value) : [document.sample(body.schema)];
  }

  function send({ method, path, parameters, body: described }: Operation, body: unknown): Promise<Response> {
    const given = parameters.flatMap(filledIn);
    const query = new URLSearchParams(
      given.filter(([place]) => place === 'query').map(([, ...pair]) => pair),
    );
    const headers = Object.fromEntries(
      given.filter(([place]) => place === 'header').map(([, ...pair]) => pair),
    );
    return fetch(
      `${app.url}${path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name]!)}?${query.toString()}`,
      {
        method,
        headers: {
          ...headers,
          'X-API-KEY': organization.client.apiKey!,
          ...(described && { 'Content-Type': described.type }),
        },
        body: described?.type === 'application/json' ? JSON.stringify(body) : (body as string | undefined),
      },
    );
  }
});

/** Swagger UI fills in every parameter that has an example or a default, whether or not it is required. */
function filledIn({ in: place, name, schema }: Parameter): [place: string, name: string, value: string][] {
  const value = (schema.example ?? schema.default) as string | string[] | undefined;
  return value === undefined || place === 'path' ? [] : [[place, name, String(value)]];
}
