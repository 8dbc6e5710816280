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

  it('holds what was built, and neither sources nor what lies beside them', () => {
    const copied = lines.filter((line) => /^(COPY|ADD) /.test(line));
    expect(copied.every((line) => line.startsWith('COPY --from=build /app/'))).toBe(true);
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.data', '.git', '.env']));
  });

  it('is given no secrets by the compose file, and no privileges', () => {
    const compose = read('docker-compose.yml');
    expect(compose).toMatch(/BOOTSTRAP_API_KEY: \$\{BOOTSTRAP_API_KEY:\?/);
    expect(compose).not.toMatch(/privileged|cap_add|network_mode|docker\.sock/);
  });
});
