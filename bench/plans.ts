import { readFile } from 'node:fs/promises';

/** Connection options with which PostgreSQL logs the plan of every statement, those of foreign key checks included. */
export const LOG_PLANS = [
  '-c session_preload_libraries=auto_explain',
  '-c auto_explain.log_min_duration=0',
  '-c auto_explain.log_nested_statements=on',
].join(' ');

/** The log of a PostgreSQL server, read in pieces. */
export class PlanLog {
  private position = 0;

  constructor(private readonly path: string) {}

  /** The steps of all plans since the last time that touch a table, without their costs; each once. */
  async steps(): Promise<string[]> {
    const log = await readFile(this.path, 'utf8');
    const lines = log.slice(this.position).split('\n');
    this.position = log.length;
    const steps = lines.map((line) => /(?:->|^\t) *(.*Scan.*?) {2}\(cost=/.exec(line)?.[1]?.trim());
    return [...new Set(steps.filter((step) => step !== undefined))];
  }
}

/** Steps that read a table which grows with the number of people from end to end. */
export function wholeTables(steps: readonly string[]): string[] {
  return steps.filter((step) =>
    /Seq Scan on (contacts|attendees|payments|attendee_status_changes)\b/.test(step),
  );
}
