import { ApiDocument, type Operation, type Schema } from '../support/api-document';
import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';

/** Columns that no client may write by naming them. */
const COLUMNS = [
  ...[
    'id',
    'organization_id',
    'organizationId',
    'organization',
    'event_id',
    'contact_id',
    'payment_id',
    'api_key_id',
  ],
  ...[
    'tickets_sold',
    'tickets_pending',
    'quantity_sold',
    'quantity_pending',
    'seats_remaining',
    'status',
    'deleted',
  ],
  ...['barcode', 'token', 'key', 'key_hash', 'key_prefix', 'revoked_at', 'replaced_by', 'last_used_at'],
  ...['checked_in_at', 'created_at', 'updated_at', 'scopes', 'cost', 'capacity'],
];

describe('Fields that a client may not set', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let document: ApiDocument;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
    document = await ApiDocument.of(app.url);
  });
  afterAll(() => app.close());

  it('are refused by every operation that takes a body, also within its parts', async () => {
    const bodies = document.operations.filter(({ body }) => body?.type === 'application/json');
    expect(bodies.length).toBeGreaterThan(8);
    for (const operation of bodies) {
      const body = document.sample(operation.body!.schema) as Record<string, unknown>;
      for (const { path, part, schema } of partsOf(operation.body!.schema, body)) {
        const strange = COLUMNS.filter((column) => !schema.properties?.[column]);
        for (const column of strange) part[column] = 'mine';
        const { status, fieldErrors } = await answerTo(operation, body);
        for (const column of strange) delete part[column];
        const refused = Object.keys(fieldErrors).filter((field) =>
          fieldErrors[field]!.includes('is not a known field'),
        );
        const expected = strange.map((column) => (path ? `${path}.${column}` : column));
        expect([operation.path, status, refused.sort()]).toEqual([operation.path, 400, expected.sort()]);
      }
    }
  });

  it('are refused by every operation that takes none', async () => {
    const without = document.operations.filter(({ body }) => !body);
    expect(without.filter(({ method }) => method !== 'GET').length).toBeGreaterThan(7);
    for (const operation of without.filter(({ method }) => method !== 'GET')) {
      expect([operation.path, await answerTo(operation, { organization_id: 'mine' })]).toEqual([
        operation.path,
        { status: 400, fieldErrors: { organization_id: ['is not a known field'] } },
      ]);
      expect((await answerTo(operation, {})).status).toBe(404);
    }
  });

  async function answerTo({ method, path }: Operation, body: object) {
    const answer = await fetch(app.url + path.replace(/\{\w+\}/g, 'x'), {
      method,
      headers: { 'X-API-KEY': organization.client.apiKey!, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { details } = (await answer.json()) as { details?: { fieldErrors: Record<string, string[]> } };
    return { status: answer.status, fieldErrors: details?.fieldErrors ?? {} };
  }

  /** The body and every object in it. */
  function partsOf(
    given: Schema,
    part: Record<string, unknown>,
    path = '',
  ): { path: string; part: Record<string, unknown>; schema: Schema }[] {
    const schema = document.resolve(given);
    const inner = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      document.resolve(property).properties && part[name]
        ? partsOf(property, part[name] as Record<string, unknown>, path ? `${path}.${name}` : name)
        : [],
    );
    return [{ path, part, schema }, ...inner];
  }
});
