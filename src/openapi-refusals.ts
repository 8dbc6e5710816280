import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsIn } from './openapi-operations';

type Responses = Record<string, { $ref: string } | { content?: Record<string, { examples?: object }> }>;

/**
 * Writes each refusal that operations have in common once, below `components`, under the names of its codes. What is
 * called the same and told in other words, as of another scope, stays with its operation.
 */
export function shareRefusals({ paths, components }: OpenAPIObject): void {
  const places = new Map<string, { responses: Responses; status: string }[]>();
  for (const operation of operationsIn(paths)) {
    const responses = operation.responses as Responses;
    for (const status of Object.keys(responses)) {
      const name = nameOf(responses[status]!);
      if (name) places.set(name, [...(places.get(name) ?? []), { responses, status }]);
    }
  }
  const shared: Responses = {};
  for (const [name, of] of places) {
    const wordings = new Set(of.map(({ responses, status }) => JSON.stringify(responses[status])));
    if (of.length < 2 || wordings.size > 1) continue;
    shared[name] = of[0]!.responses[of[0]!.status]!;
    for (const { responses, status } of of) responses[status] = { $ref: `#/components/responses/${name}` };
  }
  components!.responses = shared as NonNullable<OpenAPIObject['components']>['responses'];
}

function nameOf(response: Responses[string]): string {
  const examples = 'content' in response ? response.content?.['application/json']?.examples : undefined;
  return Object.keys(examples ?? {}).join('-');
}
