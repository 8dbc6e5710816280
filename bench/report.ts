import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import type { Measurement } from './measurement';

/** All rounds of one contestant in one scenario. */
export interface Result {
  scenario: string;
  contestant: string;
  rounds: Measurement[];
}

export type Row = Record<string, string>;

/** Medians over the rounds. */
export function toRows(results: readonly Result[]): Row[] {
  return results.map(({ scenario, contestant, rounds }) => {
    const middle = (pick: (one: Measurement) => number) => median(rounds.map(pick));
    const rates = rounds.map(({ rate }) => rate);
    return {
      scenario,
      contestant,
      'req/s': show(median(rates)),
      'min–max': `${show(Math.min(...rates))}–${show(Math.max(...rates))}`,
      'p50 ms': show(
        middle(({ latency }) => latency.p50),
        1,
      ),
      'p99 ms': show(
        middle(({ latency }) => latency.p99),
        1,
      ),
      'p99.9 ms': show(
        middle(({ latency }) => latency.p999),
        1,
      ),
      errors: String(rounds.reduce((sum, { errors }) => sum + errors, 0)),
      'node µs': show(middle(({ nodeCpu }) => nodeCpu)),
      'postgres µs': show(middle(({ postgresCpu }) => postgresCpu)),
      'load µs': show(middle(({ loadCpu }) => loadCpu)),
      'RSS MB': show(middle(({ memory }) => memory)),
      'others %': show(100 * middle(({ others }) => others)),
    };
  });
}

/** A Markdown table that is readable as text too. `labels`: how many of its columns, the first ones, are words. */
export function toTable(rows: readonly Row[], labels = 2): string {
  const names = Object.keys(rows[0] ?? {});
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => row[name]!.length)));
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const pad = (cell: string, column: number) =>
    column < labels ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return [
    line(names.map(pad)),
    line(widths.map((width, column) => (column < labels ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))),
    ...rows.map((row) => line(names.map((name, column) => pad(row[name]!, column)))),
  ].join('\n');
}

export async function writeReport(table: string, faults: readonly string[]): Promise<string> {
  const path = `bench/results/${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.md`;
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${show(totalmem() / 2 ** 30)} GiB, kernel ${release()}`;
  const text = [
    `# npm run ${process.env.npm_lifecycle_event ?? 'bench'} -- ${process.argv.slice(2).join(' ')}`,
    `${machine}, Node ${process.version}, ${new Date().toISOString()}`,
    table,
    faults.length === 0
      ? 'Every check of what was written passed.'
      : `WRONG:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
  ].join('\n\n');
  await mkdir('bench/results', { recursive: true });
  await writeFile(path, `${text}\n`);
  return path;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function show(value: number, digits = 0): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits);
}
