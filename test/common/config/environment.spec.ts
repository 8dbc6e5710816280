import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { EnvironmentInvalid, loadEnvironment, VARIABLES } from '../../../src/common/config/environment';

const DATABASE_URL = 'postgres://usher:s3cret-password@db.example.org/usher';

describe('The environment', () => {
  it('needs no variable at all', () => {
    expect(loadEnvironment({})).toMatchObject({
      production: false,
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      databasePoolSize: 10,
      mailFrom: { name: 'Usher', address: 'tickets@localhost' },
      dataDir: resolve('.data'),
      logLevel: 'info',
      logFormat: 'pretty',
      migrateOnStart: true,
      worker: 'on',
    });
  });

  it('leaves what is absent undefined, and takes an empty variable for an absent one', () => {
    const names = ['databaseUrl', 'redisUrl', 'smtpUrl', 'bootstrapApiKey', 'trustProxy'] as const;
    const empty = Object.fromEntries(Object.values(VARIABLES).map(({ name }) => [name, ' ']));
    for (const environment of [loadEnvironment({}), loadEnvironment(empty)]) {
      expect(names.map((name) => environment[name])).toEqual(names.map(() => undefined));
      expect(environment.port).toBe(3000);
    }
  });

  it('listens to everybody and logs for machines in production', () => {
    expect(loadEnvironment({ NODE_ENV: 'production', DATABASE_URL })).toMatchObject({
      production: true,
      host: '0.0.0.0',
      logFormat: 'json',
      databaseUrl: DATABASE_URL,
    });
  });

  it('lets what is said go before what follows from NODE_ENV and PORT', () => {
    const said = { HOST: '::1', LOG_FORMAT: 'pretty', PUBLIC_URL: 'https://tickets.example.org/' };
    const environment = loadEnvironment({ NODE_ENV: 'production', DATABASE_URL, PORT: '8080', ...said });
    expect(environment).toMatchObject({
      host: '::1',
      logFormat: 'pretty',
      publicUrl: 'https://tickets.example.org',
    });
    expect(loadEnvironment({ PORT: '8080' }).publicUrl).toBe('http://localhost:8080');
  });

  it.each(['prod', 'staging', 'true'])(
    'takes %j for no NODE_ENV, rather than for development',
    (NODE_ENV) => {
      expect(problemsOf({ NODE_ENV, DATABASE_URL })).toEqual([
        'NODE_ENV must be `production`, `development` or `test`',
      ]);
      expect(loadEnvironment({ NODE_ENV: 'Production', DATABASE_URL }).production).toBe(true);
    },
  );

  it('requires DATABASE_URL in production', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([
      'DATABASE_URL is required when NODE_ENV is production',
    ]);
  });

  it('requires REDIS_URL for the queue console', () => {
    expect(problemsOf({ QUEUE_CONSOLE: 'on' })).toEqual(['REDIS_URL is required when QUEUE_CONSOLE is on']);
  });

  it('tells every problem at once, and no value', () => {
    const bad = {
      NODE_ENV: 'production',
      PORT: '99999',
      PUBLIC_URL: 'ftp://s3cret.example.org',
      DATABASE_URL: 'mysql://usher:s3cret@db/usher',
      DATABASE_POOL_SIZE: '2',
      REDIS_URL: 's3cret',
      SMTP_URL: 'http://usher:s3cret@mail',
      MAIL_FROM: 's3cret',
      BOOTSTRAP_API_KEY: 's3cret-but-too-short',
      LOG_LEVEL: 's3cret',
      LOG_FORMAT: 's3cret',
      MIGRATE_ON_START: 's3cret',
      WORKER: 's3cret',
    };
    expect(problemsOf(bad)).toEqual([
      'PORT must be a whole number from 0 to 65535',
      'PUBLIC_URL must be a URL that begins with `http://` or `https://` and has no `?` or `#`',
      'DATABASE_URL must be a URL that begins with `postgres://` or `postgresql://`',
      'DATABASE_POOL_SIZE must be a whole number from 4 to 500',
      'REDIS_URL must be a URL that begins with `redis://` or `rediss://`',
      'SMTP_URL must be a URL that begins with `smtp://` or `smtps://` and names a host',
      'MAIL_FROM must be an address like `tickets@example.org` or `Tickets <tickets@example.org>`',
      'BOOTSTRAP_API_KEY must be at least 32 characters long, of A to Z, a to z, 0 to 9 and `+/=._-`',
      'LOG_LEVEL must be `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`',
      'LOG_FORMAT must be `json` or `pretty`',
      'MIGRATE_ON_START must be `true` or `false`',
      'WORKER must be `on` or `off`',
    ]);
  });

  it.each(['smtp://', 'smtps://:587', 'smtp:///path'])('takes %j for no mail server', (SMTP_URL) => {
    expect(problemsOf({ SMTP_URL })).toHaveLength(1);
  });

  it.each(['https://example.org/?a=b', 'https://example.org/?', 'https://example.org/#top'])(
    'takes %j for no base of links',
    (PUBLIC_URL) => {
      expect(problemsOf({ PUBLIC_URL })).toHaveLength(1);
    },
  );

  it.each([
    'ü',
    '\u{1f511}',
    ' ',
    ';',
    '$',
    '(',
    ')',
    '`',
    "'",
    '"',
    '\\',
    '&',
    '|',
    '<',
    '#',
    '*',
    '~',
    '\n',
  ])('takes no secret with %j, which would change on the way through headers or a shell', (character) => {
    const secret = `${'x'.repeat(20)}${character}${'x'.repeat(20)}`;
    expect(problemsOf({ BOOTSTRAP_API_KEY: secret, METRICS_TOKEN: secret })).toEqual([
      expect.stringMatching(/^BOOTSTRAP_API_KEY must be at least 32 /),
      expect.stringMatching(/^METRICS_TOKEN must be at least 16 /),
    ]);
  });

  it.each(['hex', 'base64', 'base64url'] as const)('takes secrets in %s', (encoding) => {
    const secret = randomBytes(32).toString(encoding);
    const environment = loadEnvironment({ BOOTSTRAP_API_KEY: secret, METRICS_TOKEN: secret });
    expect([environment.bootstrapApiKey, environment.metricsToken]).toEqual([secret, secret]);
  });

  it.each(['3e3', '0x10', '-1', '80.5', '1 2'])('takes %j for no port', (PORT) => {
    expect(problemsOf({ PORT })).toHaveLength(1);
  });

  it.each(['True', 'FALSE'])('reads %s whatever the case', (MIGRATE_ON_START) => {
    const migrate = MIGRATE_ON_START === 'True';
    expect(loadEnvironment({ MIGRATE_ON_START }).migrateOnStart).toBe(migrate);
  });

  it.each([
    ['a@b.org', '', 'a@b.org'],
    ['<a@b.org>', '', 'a@b.org'],
    ['Usher <a@b.org>', 'Usher', 'a@b.org'],
    ['Müller & Söhne<a@b.org>', 'Müller & Söhne', 'a@b.org'],
    ['"Gala: \\"Tickets\\"" <a@b.org>', 'Gala: "Tickets"', 'a@b.org'],
    ['"Usher <a@b.org>', '"Usher', 'a@b.org'],
    ['a@münchen.de', '', 'a@xn--mnchen-3ya.de'],
  ])('takes %j for a sender', (MAIL_FROM, name, address) => {
    expect(loadEnvironment({ MAIL_FROM }).mailFrom).toEqual({ name, address });
  });

  it.each([
    'a@b.org\r\nBcc: c@d.org',
    'a@b.org, c@d.org',
    'a@b.org,c',
    '<a@b.org> <c@d.org>',
    'A <b>',
    'A <"b@c>',
  ])('takes %j for no sender', (MAIL_FROM) => {
    expect(problemsOf({ MAIL_FROM })).toHaveLength(1);
  });
});

function problemsOf(source: NodeJS.ProcessEnv): string[] {
  try {
    loadEnvironment(source);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentInvalid);
    const [title, ...problems] = (error as Error).message.split('\n');
    expect(title).toBe('The environment is not valid:');
    return problems.map((problem) => problem.replace(/^ {2}- /, ''));
  }
  return [];
}
