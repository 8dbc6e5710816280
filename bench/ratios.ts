import { FLOOR, PGBENCH, TEXTBOOK, TUNED, TWO, USHER } from './contestant';
import type { Measurement } from './measurement';
import { median, type Result, type Row, show } from './report';

/**
 * What Usher's claims are about: how it, which must be among them, compares with the others in each scenario. Each ratio
 * is taken within a round, so that a slow minute of the machine hits both sides; shown is the median over the rounds, and the
 * least and the greatest.
 */
export function toRatios(results: readonly Result[]): Row[] {
  return [...new Set(results.map(({ scenario }) => scenario))].map((scenario) => {
    const rounds = new Map(
      results
        .filter((result) => result.scenario === scenario)
        .map((result) => [result.contestant, result.rounds]),
    );
    const usher = rounds.get(USHER)!;
    const over = (others: readonly Measurement[] | undefined) => ratios(usher, others);
    const pgbench = [...rounds].filter(([name]) => name.startsWith(PGBENCH)).map(([, its]) => its);
    return {
      scenario,
      'of floor': percents(over(rounds.get(FLOOR))),
      'of textbook': times(over(rounds.get(TEXTBOOK))),
      'of tuned': times(over(rounds.get(TUNED))),
      'of the best pgbench': times(over(best(pgbench))),
      'two processes, of one': percents(ratios(rounds.get(TWO) ?? [], usher)),
      'p99 of p50': times(usher.map(({ latency }) => latency.p99 / latency.p50)),
    };
  });
}

function ratios(ours: readonly Measurement[], others: readonly Measurement[] | undefined): number[] {
  return others ? ours.map(({ rate }, round) => rate / others[round]!.rate) : [];
}

/** The one with the highest median. */
function best(contestants: Measurement[][]): Measurement[] | undefined {
  const rateOf = (rounds: Measurement[]) => median(rounds.map(({ rate }) => rate));
  return contestants.toSorted((a, b) => rateOf(b) - rateOf(a))[0];
}

function percents(values: number[]): string {
  return spread(
    values.map((value) => 100 * value),
    0,
    ' %',
  );
}

function times(values: number[]): string {
  return spread(values, 1, ' ×');
}

function spread(values: number[], digits: number, unit: string): string {
  if (values.length === 0) return '–';
  const [middle, least, greatest] = [median(values), Math.min(...values), Math.max(...values)];
  return `${show(middle, digits)}${unit} (${show(least, digits)}–${show(greatest, digits)})`;
}
