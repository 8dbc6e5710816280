import { buildOpenApi } from '../../src/openapi';
import {
  ApiDocument,
  type Operation as Documented,
  type Parameter,
  type RawDocument,
  type Schema,
} from './api-document';
import type { TestApp } from './app';

type Method = 'get' | 'post' | 'patch' | 'delete';

export interface Operation {
  method: Method;
  /** With `{parameters}`, below `/api/v1`. */
  path: string;
  /** Undefined when any key will do. */
  scope?: string;
  /** A body made of the examples in the document, undefined when the operation takes no JSON. */
  body?: object;
  /** Whether it takes a CSV file. */
  takesCsv: boolean;
  parameters: string[];
  /** Whether it comes in pages. */
  pages: boolean;
  responses: Documented['responses'];
  summary?: string;
}

/** Every operation of the API, as its own document describes it. */
export function operationsOf(app: TestApp): Operation[] {
  const document = buildOpenApi(app.nest);
  const reader = new ApiDocument(document as unknown as RawDocument);
  return Object.entries(document.paths).flatMap(([path, item]) =>
    (['get', 'post', 'patch', 'delete'] as const).flatMap((method): Operation[] => {
      const operation = item[method];
      if (!operation) return [];
      const content = (operation.requestBody as { content?: Record<string, { schema: Schema }> } | undefined)
        ?.content;
      const schema = content?.['application/json']?.schema;
      return [
        {
          method,
          path: path.replace('/api/v1', ''),
          scope: (operation as { 'x-required-scope'?: string })['x-required-scope'],
          body: schema && (reader.sample(schema) as object),
          takesCsv: content?.['text/csv'] !== undefined,
          parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!),
          pages: (operation.parameters ?? []).some((one) => 'name' in one && one.name === 'page'),
          responses: reader.operation(method, path).responses,
          summary: operation.summary,
        },
      ];
    }),
  );
}

/** Every field of every schema and every parameter of every operation, by a name that tells where it stands. */
export function namedIn(app: TestApp): { name: string; optional: boolean; schema: Schema }[] {
  const { components, paths } = buildOpenApi(app.nest);
  const fields = Object.entries(components!.schemas as Record<string, Schema>).flatMap(([owner, schema]) =>
    Object.entries(schema.properties ?? {}).map(([name, field]) => ({
      name: `${owner}.${name}`,
      optional: false,
      schema: field,
    })),
  );
  const parameters = Object.entries(paths).flatMap(([path, { get, post, patch, delete: remove }]) =>
    [get, post, patch, remove].flatMap((operation) =>
      ((operation?.parameters ?? []) as Parameter[]).map(({ name, required, schema }) => ({
        name: `${path} ${name}`,
        optional: !required,
        schema,
      })),
    ),
  );
  return [...fields, ...parameters];
}
