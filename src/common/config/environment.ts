import {
  baseUrl,
  boolean,
  folder,
  type Format,
  integer,
  mailbox,
  oneOf,
  rateLimit,
  secret,
  serverUrl,
  text,
  trustedProxies,
  url,
} from './formats';

/** One environment variable: what it may be, and what to tell people about it. */
interface Variable<T> {
  name: string;
  description: string;
  /** The text that is used when the variable is absent. */
  default?: string;
  format: Format<T>;
}

/** Everything that can be configured. This table is the only reader of `process.env`. */
export const VARIABLES = {
  nodeEnv: optional(
    'NODE_ENV',
    '`production` seeds nothing and requires `DATABASE_URL`. Default: `development`, with `start:prod` and `start:worker` ' +
      '`production`.',
    oneOf('production', 'development', 'test'),
  ),
  port: required('PORT', 'Port of the HTTP server.', '3000', integer(0, 65535)),
  host: optional('HOST', 'Address to listen on. Default: `127.0.0.1`, in production `0.0.0.0`.', text),
  publicUrl: optional(
    'PUBLIC_URL',
    'Base of the links that Usher hands out. Default: `http://localhost:PORT`.',
    baseUrl('http:', 'https:'),
  ),
  databaseUrl: optional(
    'DATABASE_URL',
    'PostgreSQL 15 or newer. Absent: a PostgreSQL from npm packages in `DATA_DIR`.',
    url('postgres:', 'postgresql:'),
  ),
  databasePoolSize: required(
    'DATABASE_POOL_SIZE',
    'Most connections one process opens.',
    '10',
    integer(4, 500),
  ),
  databasePreparedStatements: required(
    'DATABASE_PREPARED_STATEMENTS',
    '`off`: for a pooler that gives each transaction another connection and knows no prepared statements, as PgBouncer ' +
      'before 1.21.',
    'on',
    oneOf('on', 'off'),
  ),
  redisUrl: optional(
    'REDIS_URL',
    'Redis for the Bull queues and for rate limits. Absent: mail is sent from the API process, which limits by itself.',
    url('redis:', 'rediss:'),
  ),
  smtpUrl: optional(
    'SMTP_URL',
    'Mail server. Absent: mail is written to `DATA_DIR/mail/` as `.eml` files, which `/dev/mail` shows unless `NODE_ENV` is `production`.',
    serverUrl('smtp:', 'smtps:'),
  ),
  mailFrom: required(
    'MAIL_FROM',
    'Sender of every mail, with or without a display name.',
    'Usher <tickets@localhost>',
    mailbox,
  ),
  dataDir: required('DATA_DIR', 'Where the embedded database and development mail live.', '.data', folder),
  bootstrapApiKey: optional(
    'BOOTSTRAP_API_KEY',
    'A key with every scope of an organization (not `admin:queues`), made when the database holds no organization.',
    secret(32),
  ),
  rateLimit: required(
    'RATE_LIMIT',
    'Most requests per time, for each API key, and for each IP address of requests without a valid key. ' +
      'With `REDIS_URL` all processes count together. The default is more than one process can serve, so that a rush ' +
      'which comes through one key is not refused.',
    '20000/10s',
    rateLimit,
  ),
  maxConcurrentRequests: required(
    'MAX_CONCURRENT_REQUESTS',
    'Most requests that one process accepts at a time. It works on 256 of them at most, the others wait. The next ones are ' +
      'answered 503 with `Retry-After` at once.',
    '1000',
    integer(1, 100_000),
  ),
  maxConnections: required(
    'MAX_CONNECTIONS',
    'Most connections of clients to one process. Beyond it idle ones are closed and new ones are not accepted.',
    '10000',
    integer(1, 1_000_000),
  ),
  logLevel: required(
    'LOG_LEVEL',
    'Least severity that is logged.',
    'info',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  ),
  logFormat: optional(
    'LOG_FORMAT',
    'How the log is written. Default: `pretty`, in production `json`.',
    oneOf('json', 'pretty'),
  ),
  metricsToken: optional(
    'METRICS_TOKEN',
    'Who scrapes `/metrics` must send it as bearer token. Absent: whoever reaches it may read it.',
    secret(16),
  ),
  migrateOnStart: required('MIGRATE_ON_START', 'Migrate the schema when a process starts.', 'true', boolean),
  worker: required(
    'WORKER',
    '`off`: this API process leaves the queues to workers.',
    'on',
    oneOf('on', 'off'),
  ),
  otlpEndpoint: optional(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'Collector of OpenTelemetry traces, by OTLP over HTTP. Absent: nothing is traced. The other variables of its SDK ' +
      'count as well, like `OTEL_TRACES_SAMPLER` and `OTEL_EXPORTER_OTLP_HEADERS`.',
    url('http:', 'https:'),
  ),
  serviceName: required('OTEL_SERVICE_NAME', 'What this process is called in traces.', 'usher', text),
  queueConsole: required(
    'QUEUE_CONSOLE',
    '`on`: `/admin/queues` shows the Bull queues to API keys with the scope `admin:queues`. Needs `REDIS_URL`.',
    'off',
    oneOf('on', 'off'),
  ),
  workerPort: optional(
    'WORKER_PORT',
    'Port on which a worker answers `/health/live`, `/health/ready` and `/metrics`. Absent: on none.',
    integer(0, 65535),
  ),
  webhookPrivateTargets: required(
    'WEBHOOK_PRIVATE_TARGETS',
    '`allow`: webhooks may go to addresses that are not on the public internet, and over plain HTTP. Whoever may create ' +
      'webhook endpoints can then reach what this process can reach.',
    'refuse',
    oneOf('refuse', 'allow'),
  ),
  trustProxy: optional(
    'TRUST_PROXY',
    'Proxies whose `X-Forwarded-*` headers are believed. Absent: none.',
    trustedProxies,
  ),
};

type ValueOf<V> = V extends Variable<infer T> ? T : never;

type Values = { readonly [K in keyof typeof VARIABLES]: ValueOf<(typeof VARIABLES)[K]> };

export type Environment = Omit<Values, 'host' | 'publicUrl' | 'logFormat'> & {
  readonly production: boolean;
  readonly host: string;
  readonly publicUrl: string;
  readonly logFormat: 'json' | 'pretty';
};

/** Injection token of the `Environment`. */
export const ENVIRONMENT = Symbol('Environment');

export class EnvironmentInvalid extends Error {
  constructor(problems: string[]) {
    super(`The environment is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'EnvironmentInvalid';
  }
}

/** Reads and validates the environment. Throws `EnvironmentInvalid` with every problem at once, and no values. */
export function loadEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, variable] of Object.entries<Variable<unknown>>(VARIABLES)) {
    // An empty variable is an absent one: compose files and CI systems cannot always leave a variable out.
    const given = source[variable.name]?.trim() || variable.default;
    if (given === undefined) continue;
    const value = variable.format.parse(given);
    if (value === null) problems.push(`${variable.name} must be ${variable.format.allowed}`);
    else values[key] = value;
  }
  const production = values.nodeEnv === 'production';
  if (production && !source.DATABASE_URL?.trim()) {
    problems.push('DATABASE_URL is required when NODE_ENV is production');
  }
  if (values.queueConsole === 'on' && !values.redisUrl)
    problems.push('REDIS_URL is required when QUEUE_CONSOLE is on');
  if (problems.length > 0) throw new EnvironmentInvalid(problems);
  return {
    ...(values as Values),
    production,
    host: (values.host as string | undefined) ?? (production ? '0.0.0.0' : '127.0.0.1'),
    publicUrl: (values.publicUrl as string | undefined) ?? `http://localhost:${values.port as number}`,
    logFormat: (values.logFormat as 'json' | 'pretty' | undefined) ?? (production ? 'json' : 'pretty'),
  };
}

function required<T>(name: string, description: string, defaultText: string, format: Format<T>): Variable<T> {
  return { name, description, default: defaultText, format };
}

function optional<T>(name: string, description: string, format: Format<T>): Variable<T | undefined> {
  return { name, description, format };
}
