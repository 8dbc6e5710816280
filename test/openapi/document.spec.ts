import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildOpenApi } from '../../src/openapi';
import { startApp, type TestApp } from '../support/app';
import { operationsOf } from '../support/openapi';

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
    for (const { method, path, summary, scope, responses } of operationsOf(app)) {
      const name = `${method} ${path}`;
      expect([name, summary]).toEqual([name, expect.stringMatching(/\w{3}/)]);
      const failures = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      const codes = failures.flatMap(([, { content }]) =>
        Object.keys(content?.['application/json']?.examples ?? {}),
      );
      const expected = ['missing_api_key', 'invalid_api_key', 'validation_failed', 'internal_error'];
      if (scope) expected.push('insufficient_scope');
      if (method === 'post') expected.push('idempotency_key_reused', 'idempotent_request_in_progress');
      expect([name, codes]).toEqual([name, expect.arrayContaining(expected)]);
    }
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
