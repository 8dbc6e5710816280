import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildOpenApi } from '../../src/openapi';
import { startApp, type TestApp } from '../support/app';
import { namedIn, operationsOf } from '../support/openapi';

describe('the OpenAPI document', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('satisfies a public linter', () => {
    const linter = join(__dirname, '../support/lint-openapi.js');
    const found = execFileSync(process.execPath, [linter], { input: JSON.stringify(buildOpenApi(app.nest)) });
    expect(found.toString()).toBe('');
  });

  it('says of every operation what it does, what it needs and how it can fail', () => {
    for (const { method, path, summary, scope, pages, responses } of operationsOf(app)) {
      const name = `${method} ${path}`;
      expect([name, summary]).toEqual([name, expect.stringMatching(/\w{3}/)]);
      const failures = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      const codes = failures.flatMap(([, { content }]) =>
        Object.keys(content?.['application/json']?.examples ?? {}),
      );
      const expected = ['missing_api_key', 'invalid_api_key', 'validation_failed', 'internal_error'];
      if (scope) expected.push('insufficient_scope');
      if (method === 'post') expected.push('idempotency_key_reused', 'idempotent_request_in_progress');
      if (method === 'post' || method === 'patch') expected.push('malformed_json', 'body_too_large');
      if (method !== 'get') expected.push('outcome_unknown');
      if (pages) expected.push('invalid_pagination');
      expect([name, codes]).toEqual([name, expect.arrayContaining(expected)]);
    }
  });

  it('tells each refusal once', () => {
    for (const { method, path, responses } of operationsOf(app)) {
      for (const [status, { description }] of Object.entries(responses)) {
        const lines = description.split('\n\n');
        expect([method, path, status, lines]).toEqual([method, path, status, [...new Set(lines)]]);
      }
    }
  });

  it('gives every operation one success', () => {
    for (const { method, path, responses } of operationsOf(app)) {
      const successes = Object.keys(responses).filter((status) => Number(status) < 400);
      expect([method, path, successes]).toEqual([method, path, [expect.any(String)]]);
    }
  });

  it('gives every field and every part of a path an example, and decimals to money alone', () => {
    const named = namedIn(app);
    const without = named.filter(
      ({ optional, schema }) =>
        !(optional || 'example' in schema || schema.$ref || schema.allOf || schema.items?.$ref),
    );
    expect(without.map(({ name }) => name)).toEqual(['CheckInDto.attendee_id']);
    const decimals = named.filter(({ schema }) => schema.type === 'number').map(({ name }) => name);
    for (const name of decimals) expect(name).toMatch(/\.(cost|ticket_price)$/);
  });

  it('shows create attendee before what else can be done with attendees', () => {
    const attendees = '/api/v1/events/{eventId}/attendees';
    const paths = Object.keys(buildOpenApi(app.nest).paths).filter((path) => path.startsWith(attendees));
    expect(paths.map((path) => path.slice(attendees.length))).toEqual([
      '',
      '/export',
      '/import',
      '/{attendeeId}',
      '/{attendeeId}/history',
    ]);
  });

  it('gives items to arrays alone', () => {
    const stray: unknown[] = [];
    JSON.stringify(buildOpenApi(app.nest), (_, value: { items?: unknown; type?: unknown } | null) => {
      if (value?.items && value.type !== 'array') stray.push(value);
      return value;
    });
    expect(stray).toEqual([]);
  });

  it('is committed, so that a change of the API shows in review (npm run docs:openapi)', () => {
    const committed = readFileSync(join(__dirname, '../../../docs/openapi.json'), 'utf8');
    expect(JSON.parse(JSON.stringify(buildOpenApi(app.nest)))).toEqual(JSON.parse(committed));
  });

  it('is served, with a page that shows it', async () => {
    const json = await fetch(`${app.url}/openapi.json`);
    expect(await json.json()).toMatchObject({ openapi: '3.0.0', info: { title: 'Usher' } });
    const page = await fetch(`${app.url}/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
  });
});
