import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvironment, VARIABLES } from '../../src/common/config/environment';
import { readComposeFile } from '../support/compose-file';
import { REPOSITORY } from '../support/repository';

const compose = readComposeFile({ BOOTSTRAP_API_KEY: 'x'.repeat(32) });
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build);

/** What the file says. `npm run test:compose` runs it, without Docker and so without building the image. */
describe('docker-compose.yml', () => {
  it('sets every variable that there is or leaves it at its default on purpose, and no other', () => {
    const set = ours.flatMap(([, { environment }]) => Object.keys(environment!));
    const named = [...new Set(set), ...compose['x-defaults']];
    expect(named.sort()).toEqual(
      Object.values(VARIABLES)
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('gives every process of Usher an environment that it starts with', () => {
    for (const [, { environment }] of ours) {
      expect(loadEnvironment({ ...environment })).toMatchObject({
        production: true,
        databaseUrl: expect.any(String),
      });
    }
  });

  it('runs two API processes and a worker, which does all the sending', () => {
    expect(ours.map(([name, { environment: { WORKER } = {} }]) => [name, WORKER])).toEqual([
      ['api-1', 'off'],
      ['api-2', 'off'],
      ['worker', undefined],
    ]);
    const program = compose.services.worker!.command!.at(-1)!;
    expect(existsSync(join(REPOSITORY, program))).toBe(true);
    // The health check of the image asks it there.
    expect(compose.services.worker!.environment).toHaveProperty('WORKER_PORT');
  });

  it('starts what others need first, and waits until it is well', () => {
    for (const [name, { build, healthcheck, depends_on = {} }] of services) {
      expect([name, build !== undefined || healthcheck !== undefined]).toEqual([name, true]);
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect(compose.services).toHaveProperty(needed);
        expect(condition).toBe('service_healthy');
      }
    }
  });

  it('asks PostgreSQL by TCP, because the image makes the database with a server that listens on the socket', () => {
    expect(compose.services.postgres!.healthcheck!.test.join(' ')).toContain('pg_isready -h 127.0.0.1');
  });

  it('leaves Usher the time that it gives itself to stop', () => {
    for (const [, { stop_grace_period }] of ours) expect(parseInt(stop_grace_period!)).toBeGreaterThan(30);
  });

  it('keeps what must outlive a container on named volumes, and evicts no job', () => {
    for (const name of ['postgres', 'redis', 'mail']) {
      expect(compose.volumes).toHaveProperty(name);
      expect(compose.services[name]!.volumes![0]).toMatch(new RegExp(`^${name}:/`));
    }
    expect(compose.services.redis!.command!.join(' ')).toContain('--maxmemory-policy noeviction');
  });

  it('lets nobody but the proxy to the API, so that it may be believed', () => {
    const open = services.filter(([, { ports }]) => ports).map(([name]) => name);
    expect(open).toEqual(['proxy', 'mail']);
    expect(compose.services['api-1']!.environment).toMatchObject({ TRUST_PROXY: '1' });
  });
});
