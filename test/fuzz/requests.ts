import type { ApiDocument, Operation, Parameter } from '../support/api-document';
import { hostileText, hostileValue, HOSTILE_TEXT, percentEncoded, toJson } from './hostile';
import { type Content, mutateBody, mutateContent } from './mutations';
import { Random } from '../support/random';
import { ValidValues } from './values';
import type { World } from './world';

export interface FuzzRequest {
  operation: Operation;
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  bytes: Buffer;
  eventId: string | undefined;
  /** Whether it is sure to reach the operation, so that the operation's document applies to the answer. */
  reachesOperation: boolean;
}

/** How requests differ from what a well-behaved client sends. */
type Manner = 'valid' | 'mutated' | 'hostile';

const MANNERS: readonly Manner[] = ['valid', 'valid', 'mutated', 'mutated', 'hostile'];

const BAD_PERCENT = ['%zz', '%', '%C3%28', '%ED%A0%80', '%c0%ae'];

/** The request of this number: the same for the same seed and the same world, but for the ids that servers make. */
export function fuzzRequest(document: ApiDocument, world: World, seed: number, number: number): FuzzRequest {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ number);
  // The generator's first numbers are alike for seeds that are.
  for (let skipped = 0; skipped < 8; skipped++) random.fraction();
  return new RequestMaker(document, world, random).make();
}

class RequestMaker {
  private readonly manner: Manner;
  private readonly operation: Operation;
  private readonly eventId: string | undefined;
  private readonly values: ValidValues;
  private reachesOperation = true;

  constructor(
    document: ApiDocument,
    private readonly world: World,
    private readonly random: Random,
  ) {
    this.manner = random.pick(MANNERS);
    this.operation = random.pick(document.operations);
    this.eventId = this.operation.path.includes('{eventId}') ? world.event(random) : undefined;
    this.values = new ValidValues(document, world, random, this.eventId);
  }

  make(): FuzzRequest {
    const { operation, eventId } = this;
    const path = this.path() + this.query();
    const { bytes, headers } = this.content();
    const method = this.method();
    const allHeaders = { ...headers, ...this.headers() };
    const { reachesOperation } = this;
    return { operation, method, path, headers: allHeaders, bytes, eventId, reachesOperation };
  }

  private method(): string {
    if (this.manner !== 'hostile' || this.random.chance(0.95)) return this.operation.method;
    this.reachesOperation = false;
    return this.random.pick(['HEAD', 'PUT', 'OPTIONS', 'TRACE', 'PROPFIND', 'GET', 'DELETE']);
  }

  private path(): string {
    const path = this.operation.path.replace(/\{(\w+)\}/g, (_, name: string) => this.id(name));
    if (this.manner !== 'hostile' || this.random.chance(0.9)) return path;
    this.reachesOperation = false;
    return this.random.pick([
      `/${path}`,
      `${path}/`,
      `${path}/..`,
      `${path};a=b`,
      path.toUpperCase(),
      `${path}%00`,
    ]);
  }

  private id(name: string): string {
    const { random, world } = this;
    const { schema } = this.operation.parameters.find((parameter) => parameter.name === name)!;
    const kind = String(schema.example).split('_')[0]!;
    const own = name === 'eventId' ? this.eventId! : world.own(random, kind, this.eventId);
    if (this.manner === 'valid' || random.chance(0.6)) return own;
    if (this.manner === 'mutated' || random.chance(0.5)) {
      return random.pick([
        world.others(random, kind),
        world.unknown(kind),
        own.toUpperCase(),
        `${own}x`,
        'x',
      ]);
    }
    this.reachesOperation = false;
    if (random.chance(0.2)) return random.pick(BAD_PERCENT);
    return percentEncoded(random.pick(HOSTILE_TEXT)).slice(0, 7_000);
  }

  private query(): string {
    const declared = this.operation.parameters.filter((parameter) => parameter.in === 'query');
    const pairs = declared
      .filter(() => this.random.chance(0.4))
      .flatMap((parameter) => this.pairs(parameter));
    if (this.manner === 'hostile' && this.random.chance(0.15)) pairs.push(this.strayPair());
    return pairs.length > 0 ? `?${pairs.join('&')}` : '';
  }

  private pairs({ name, schema }: Parameter): string[] {
    const valid = () => {
      const value = this.values.of(schema, name);
      return percentEncoded(Array.isArray(value) ? value.join(',') : String(value)).replaceAll('%2C', ',');
    };
    if (this.manner === 'valid' || this.random.chance(0.5)) return [`${name}=${valid()}`];
    const hostile = percentEncoded(hostileText(this.random)).slice(0, 4_000);
    return this.random.pick([
      [`${name}=${hostile}`],
      [`${name}=${hostile}`],
      [`${name}=${valid()}`, `${name}=${valid()}`],
      [`${name}[]=${valid()}`],
      [`${name}[x]=${valid()}`],
      [`${name}[__proto__]=${valid()}`],
      [`${name}`],
      [`${name}=`],
      [`${name}=${this.random.pick(BAD_PERCENT)}`],
    ]);
  }

  private strayPair(): string {
    const many = Array.from({ length: 1_500 }, (_, index) => `p${index}=1`).join('&');
    return this.random.pick([
      'organization_id=x',
      '__proto__=1',
      'constructor[prototype]=1',
      '%00=1',
      '=',
      '&&',
      many,
    ]);
  }

  private content(): Content {
    const { body } = this.operation;
    if (!body) return this.strayContent();
    const valid = { bytes: Buffer.from(this.text(body)), headers: { 'Content-Type': body.type } };
    return this.manner === 'hostile' && this.random.chance(0.5) ? mutateContent(this.random, valid) : valid;
  }

  private text({ type, schema }: NonNullable<Operation['body']>): string {
    if (type === 'text/csv') return this.csv();
    const value = this.values.of(schema, 'body') as object;
    return toJson(this.manner === 'valid' ? value : mutateBody(this.random, this.world, value));
  }

  private csv(): string {
    const { random } = this;
    const cell = (valid: string): string =>
      this.manner === 'valid' || random.chance(0.8) ? valid : random.pick(HOSTILE_TEXT);
    const quoted = (text: string): string => (random.chance(0.9) ? `"${text.replaceAll('"', '""')}"` : text);
    const row = (): string[] => [
      cell(`guest${random.integer(0, 30)}@example.org`),
      cell(random.pick(['Ada', '=1+1', ''])),
      cell(random.pick(['', 'General Admission'])),
      cell(random.pick(['1', '2', ''])),
      cell(random.pick(['', 'valid', 'invited'])),
    ];
    const header = ['email', 'first_name', 'ticket_class_name', 'quantity', 'status'].map(cell);
    const rows = Array.from({ length: random.integer(0, 4) }, row);
    return [header, ...rows].map((cells) => cells.map(quoted).join(',')).join(random.pick(['\n', '\r\n']));
  }

  /** A body for an operation that takes none. */
  private strayContent(): Content {
    if (this.manner !== 'hostile' || this.random.chance(0.8)) return { bytes: Buffer.alloc(0), headers: {} };
    this.reachesOperation = false;
    const bytes = Buffer.from(toJson({ value: hostileValue(this.random) }));
    return { bytes, headers: { 'Content-Type': this.random.pick(['application/json', 'text/plain']) } };
  }

  private headers(): Record<string, string> {
    const { random, world } = this;
    const headers: Record<string, string> = { 'X-API-KEY': world.organization.client.apiKey! };
    if (this.operation.method === 'POST' && random.chance(0.3)) {
      headers['Idempotency-Key'] = `key ${random.integer(0, 500)}`;
    }
    if (this.manner !== 'hostile' || random.chance(0.6)) return headers;
    const [name, value] = random.pick([
      ['X-API-KEY', random.pick(['', 'usher_wrong', `' OR 1=1 --`, 'é'.repeat(50), world.narrowKey])],
      ['X-API-KEY', world.narrowKey],
      ['Idempotency-Key', random.pick(['', 'x'.repeat(256), 'schlüssel', '\t', 'a"b'])],
      ['X-Request-Id', random.pick(['', 'x'.repeat(129), '<script>', 'ü', '../../x', '{"a":1}'])],
      ['Accept', random.pick(['text/html', 'application/xml', '*/*;q=0', ',,,'])],
      ['Accept-Encoding', 'gzip;q=1, *;q=0'],
      ['X-HTTP-Method-Override', 'DELETE'],
      ['X-Forwarded-For', `' OR 1=1 --, 127.0.0.1`],
      ['X-Forwarded-Host', 'evil.example.org'],
      ['Host', 'evil.example.org:99999'],
      ['If-None-Match', '*'],
      ['Range', 'bytes=0-0'],
      ['Cookie', '=;=;;'],
    ] as [string, string][]);
    return { ...headers, [name]: value };
  }
}
