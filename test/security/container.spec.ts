import { readFromRepository as read } from '../support/repository';

describe('The container', () => {
  const stages = read('Dockerfile').split(/^FROM /m);
  const lines = stages.at(-1)!.trim().split('\n');

  it('runs without root', () => {
    const users = lines.filter((line) => line.startsWith('USER '));
    expect(users).toEqual(['USER node']);
    expect(lines.findIndex((line) => line.startsWith('USER '))).toBeLessThan(
      lines.findIndex((line) => line.startsWith('CMD ')),
    );
  });

  it('holds what was built and what it needs, and neither sources nor secrets', () => {
    const copied = lines.filter((line) => /^(COPY|ADD) /.test(line));
    expect(copied).toEqual([
      'COPY --from=build /app/package.json /app/production.env ./',
      'COPY --from=build /app/node_modules node_modules',
      'COPY --from=build /app/dist dist',
    ]);
    expect(lines.filter((line) => /^(ENV|ARG) /.test(line))).toEqual(['ENV NODE_ENV=production']);
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.data', '.git', '.env']));
  });

  it('is given a bootstrap key that the compose file does not know, and no privileges', () => {
    const compose = read('docker-compose.yml');
    expect(compose).toMatch(/BOOTSTRAP_API_KEY: \$\{BOOTSTRAP_API_KEY:\?/);
    expect(compose).not.toMatch(/privileged|cap_add|network_mode|docker\.sock/);
  });
});
