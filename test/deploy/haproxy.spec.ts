import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DomainError } from '../../src/common/errors/domain-error';
import { errorBody, statusOf } from '../../src/common/errors/error-response';
import {
  BadRequest,
  InternalError,
  Overloaded,
  RequestTimeout,
  RouteNotFound,
} from '../../src/common/errors/request.errors';
import { readComposeFile } from '../support/compose-file';
import { readFromRepository, REPOSITORY } from '../support/repository';

/** What the proxy answers before it has read whose request it is. */
const UNREAD = ['400', '408'];

describe('deploy/haproxy.cfg', () => {
  const lines = readFromRepository('deploy/haproxy.cfg')
    .split('\n')
    .map((line) => line.trim());

  it('sends requests to every API process that is ready', () => {
    const servers = lines.filter((line) => line.startsWith('server '));
    const tracking = ['server api-1 api-1:3000 track api/api-1', 'server api-2 api-2:3000 track api/api-2'];
    expect(servers).toEqual(['server api-1 api-1:3000', 'server api-2 api-2:3000', ...tracking, ...tracking]);
    expect(lines).toContain('option httpchk GET /health/ready');
    expect(lines.find((line) => line.startsWith('default-server'))).toContain(' check ');
  });

  it('listens where the compose file says, tells who asks, and keeps metrics to itself', () => {
    const proxy = readComposeFile({ BOOTSTRAP_API_KEY: 'x' }).services.proxy!;
    expect(proxy.ports).toEqual(['3000:3000']);
    expect(lines).toEqual(
      expect.arrayContaining([
        'bind :3000',
        'option forwardfor',
        'http-request deny deny_status 404 if { path_beg -i /metrics }',
      ]),
    );
    const [file] = proxy.volumes!;
    expect(existsSync(join(REPOSITORY, file!.split(':')[0]!))).toBe(true);
  });

  it.each<[string, DomainError]>([
    ['400', new BadRequest()],
    ['404', new RouteNotFound()],
    ['408', new RequestTimeout()],
    ['500', new InternalError()],
    ['503', new Overloaded()],
  ])('answers %s in the words of the API', (status, error) => {
    const line = lines.find((each) => each.startsWith(`http-error status ${status} `))!;
    const [, body] = /lf-string '(.+?)'/.exec(line)!;
    const id = UNREAD.includes(status) ? '%[unique-id]' : '%[var(txn.request_id)]';
    expect(JSON.parse(body!)).toEqual(errorBody(error, id));
    expect(line).toContain(` hdr X-Request-Id ${id}`);
    expect(statusOf(error)).toBe(Number(status));
    const [, wait] = / hdr Retry-After (\d+)/.exec(line) ?? [];
    expect(wait).toBe(error.retryAfterSeconds?.toString());
  });

  it('answers with no code that the description of the API does not name', () => {
    const codes = lines.flatMap((line) => /"code":"(\w+)"/.exec(line)?.[1] ?? []);
    expect(codes.length).toBeGreaterThan(5);
    const document = readFromRepository('docs/openapi.json');
    expect(codes.filter((code) => !document.includes(`\`${code}\``))).toEqual([]);
  });
});
