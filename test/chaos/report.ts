import { doubledMails } from './mail-rules';
import type { FaultSpan, History } from './history';
import type { Verdict } from './trial';

/** What a fault may still be felt after it has ended. */
const AFTERMATH_MS = 10_000;

/** The figures of a trial, as text. */
export function describe({ history, mails, violations }: Verdict): string {
  const { attempts } = history;
  const operations = [...new Set(attempts.map(({ operation }) => operation))];
  return [
    `operations  ${operations.length} (${tally(operations.map(({ kind }) => kind))})`,
    `requests    ${attempts.length} (${tally(attempts.map(({ answer }) => String(answer?.status ?? 'no answer')))})`,
    `mails       ${mails.length}, of these ${doubledMails(mails).length} sent twice`,
    `seats       looked at ${history.samples.length} times`,
    '',
    ...faultTable(history),
    '',
    ...Object.entries(violations).flatMap(([rule, found]) => [
      `${found.length === 0 ? 'holds ' : 'BROKEN'}  ${rule}`,
      ...found.slice(0, 5).map((violation) => `          ${violation}`),
      ...(found.length > 5 ? [`          and ${found.length - 5} more`] : []),
    ]),
  ].join('\n');
}

export function countViolations({ violations }: Pick<Verdict, 'violations'>): number {
  return Object.values(violations).flat().length;
}

function faultTable(history: History): string[] {
  const names = [...new Set(history.faults.map(({ name }) => name))].sort();
  return names.map((name) => {
    const spans = history.faults.filter((span) => span.name === name);
    const longest = Math.max(...spans.map((span) => longestSilence(history, span)));
    return `${name.padEnd(36)} ${spans.length} times, at most ${(longest / 1_000).toFixed(1)} s without a success`;
  });
}

/** Longest time around a fault in which no operation succeeded anywhere. */
function longestSilence({ attempts }: History, { from, to }: FaultSpan): number {
  const successes = attempts
    .filter(({ answer }) => answer && answer.status < 300)
    .map(({ endedAt }) => endedAt)
    .filter((at) => at > from && at < to + AFTERMATH_MS)
    .sort((a, b) => a - b);
  let longest = 0;
  let last = from;
  for (const at of successes) {
    longest = Math.max(longest, at - last);
    last = at;
  }
  return longest;
}

function tally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
