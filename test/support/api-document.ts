/** As much of an OpenAPI 3.0 schema as Usher's document uses. */
export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  type?: string;
  format?: string;
  nullable?: boolean;
  enum?: unknown[];
  example?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}

interface Media {
  schema: Schema;
  /** Of an error by its code. */
  examples?: Record<string, { value: unknown }>;
}

export interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  required: boolean;
  schema: Schema;
}

/** Of a response, by its name in small letters, as Node and `fetch` have it. */
type Headers = Record<string, { required?: boolean; schema: Schema }>;

export interface Operation {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  parameters: Parameter[];
  body?: { type: string } & Media;
  responses: Record<string, { description: string; headers: Headers; content?: Record<string, Media> }>;
}

/** What the server says of itself at `/openapi.json`. */
export class ApiDocument {
  readonly operations: Operation[];
  private readonly schemas: Record<string, Schema>;

  constructor({ paths, components }: RawDocument) {
    this.schemas = components.schemas;
    this.operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => toOperation(method, path, operation, components)),
    );
  }

  static async of(url: string): Promise<ApiDocument> {
    const answer = await fetch(`${url}/openapi.json`);
    return new ApiDocument((await answer.json()) as RawDocument);
  }

  /** The method in small letters, too. */
  operation(method: string, path: string): Operation {
    return this.operations.find((one) => one.method === method.toUpperCase() && one.path === path)!;
  }

  resolve(schema: Schema): Schema {
    const referred = schema.$ref ? { $ref: schema.$ref } : schema.allOf?.[0];
    if (!referred) return schema;
    return { ...this.schemas[nameIn(referred as Reference)], nullable: schema.nullable };
  }

  /** A value made of the examples in the document. */
  sample(given: Schema): unknown {
    const schema = this.resolve(given);
    if (given.example !== undefined || schema.example !== undefined) return given.example ?? schema.example;
    if (schema.type === 'array') return schema.items ? [this.sample(schema.items)] : [];
    if (!schema.properties) return schema.enum?.[0];
    return Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [name, this.sample(property)]),
    );
  }

  /** What of a value is not as the schema says; undefined when all is. */
  mismatch(schema: Schema, value: unknown, path = 'body'): string | undefined {
    const { type, nullable, properties, required = [], items, enum: allowed } = this.resolve(schema);
    if (value === null) return nullable ? undefined : `${path} is null`;
    if (allowed && !allowed.includes(value)) return `${path} is none of ${allowed.join(', ')}`;
    if (type && type !== typeOf(value) && !(type === 'number' && typeof value === 'number'))
      return `${path} is no ${type}`;
    if (Array.isArray(value)) return first(value, (item) => this.mismatch(items ?? {}, item, `${path}[]`));
    if (!properties) return undefined;
    const object = value as Record<string, unknown>;
    const missing = required.find((name) => object[name] === undefined);
    if (missing) return `${path}.${missing} is missing`;
    return first(Object.entries(object), ([name, inner]) =>
      properties[name]
        ? this.mismatch(properties[name], inner, `${path}.${name}`)
        : `${path}.${name} is not in the document`,
    );
  }
}

export interface RawDocument {
  paths: Record<string, Record<string, RawOperation>>;
  components: Components;
}

interface Components {
  schemas: Record<string, Schema>;
  headers: Headers;
  responses: Record<string, RawResponse>;
}

interface RawOperation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, RawResponse | Reference>;
}

interface RawResponse {
  description: string;
  headers?: Record<string, Reference>;
  content?: Record<string, Media>;
}

interface Reference {
  $ref: string;
}

function toOperation(method: string, path: string, raw: RawOperation, components: Components): Operation {
  const [type, media] = Object.entries(raw.requestBody?.content ?? {})[0] ?? [];
  return {
    method: method.toUpperCase() as Operation['method'],
    path,
    parameters: raw.parameters ?? [],
    body: type && media ? { type, ...media } : undefined,
    responses: Object.fromEntries(
      Object.entries(raw.responses).map(([status, given]) => {
        const response = '$ref' in given ? components.responses[nameIn(given)]! : given;
        return [status, { ...response, headers: resolveHeaders(response.headers, components.headers) }];
      }),
    ),
  };
}

function resolveHeaders(named: Record<string, Reference> = {}, headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(named).map(([name, reference]) => [name.toLowerCase(), headers[nameIn(reference)]!]),
  );
}

function nameIn({ $ref }: Reference): string {
  return $ref.split('/').at(-1)!;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function first<T>(items: T[], problem: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = problem(item);
    if (found) return found;
  }
  return undefined;
}
