import type { TestApp } from '../support/app';
import { problemsAfterwards, rowsOfOther } from './aftermath';
import { ApiDocument } from '../support/api-document';
import { Exchange } from './exchange';
import { type Answer, problemOf } from './judge';
import { fuzzRequest, type FuzzRequest } from './requests';
import { World } from './world';

/** Requests that are under way together. The next ones are made when all of these are answered. */
const AT_ONCE = 8;

/** The environment of the app: a rate limit that nobody reaches, so that all answers tell of it. */
export const FUZZED = { RATE_LIMIT: '1000000/10s' };

export interface FuzzReport {
  requests: number;
  /** How often each operation answered with each status. */
  answers: Map<string, Map<number, number>>;
  /** One example of each thing that is wrong. */
  problems: string[];
}

/** Sends requests that a seed makes to every operation of the app's document, and judges every answer. */
export async function fuzz(
  app: TestApp,
  { requests, seed }: { requests: number; seed: number },
): Promise<FuzzReport> {
  const document = await ApiDocument.of(app.url);
  const world = await World.create(app);
  const before = await rowsOfOther(app, world);
  const exchange = new Exchange(app.url);
  const problems = new Map<string, string>();
  const answers = new Map(
    document.operations.map((operation) => [titleOf(operation), new Map<number, number>()]),
  );
  for (let number = 0; number < requests; number += AT_ONCE) {
    const wave = Array.from({ length: AT_ONCE }, (_, index) =>
      fuzzRequest(document, world, seed, number + index),
    );
    const outcomes = await Promise.all(
      wave.map((request) => exchange.send(request).catch((error: Error) => error)),
    );
    wave.forEach((request, index) => {
      const outcome = outcomes[index]!;
      const title = titleOf(request.operation);
      const problem =
        outcome instanceof Error
          ? `has no answer: ${outcome.message}`
          : problemOf(document, request, outcome);
      if (problem) problems.set(`${title} ${problem}`, example(title, problem, request, outcome));
      if (outcome instanceof Error) return;
      const statuses = answers.get(title)!;
      statuses.set(outcome.status, (statuses.get(outcome.status) ?? 0) + 1);
      if (outcome.status >= 300) return;
      if (request.method === 'DELETE') world.forget(request.path.split(/[/?]/).at(-1)!);
      else world.learn(outcome.text, request.eventId);
    });
  }
  exchange.close();
  const afterwards = await problemsAfterwards(app, world, before);
  return { requests, answers, problems: [...problems.values(), ...afterwards] };
}

function titleOf({ method, path }: { method: string; path: string }): string {
  return `${method} ${path}`;
}

/** All that is needed to send it once more. */
function example(title: string, problem: string, request: FuzzRequest, outcome: Answer | Error): string {
  const { method, path, headers, bytes } = request;
  const sent = Object.entries(headers).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return [
    `${title} ${problem}`,
    `  ${method} ${path.slice(0, 500)}`,
    `  ${sent.join(', ')}`,
    `  ${JSON.stringify(bytes.toString().slice(0, 1_000))}`,
    ...(outcome instanceof Error ? [] : [`  → ${outcome.status} ${outcome.text.slice(0, 500)}`]),
  ].join('\n');
}
