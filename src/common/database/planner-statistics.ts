import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { PeriodicTask } from '../periodic-task';

/** Tables that have doubled since PostgreSQL last looked at them. Below 50 rows any plan is good. */
const OUTGROWN = `
  SELECT quote_ident(s.schemaname) || '.' || quote_ident(s.relname) AS name
  FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
  WHERE s.schemaname = current_schema() AND s.n_live_tup >= 50 AND s.n_live_tup >= 2 * greatest(c.reltuples, 0)
  ORDER BY name`;

/**
 * Has PostgreSQL look at tables as they grow, ahead of autovacuum, which comes by once a minute. Connections keep the
 * plans of prepared statements and of foreign key checks until then, and a plan made for an empty table may walk through
 * all rows of an organization: on a new database, or one just restored, the first minute of a rush would be slower with
 * every ticket (docs/adr/0009-plans-of-a-growing-table.md).
 */
@Injectable()
export class PlannerStatistics extends PeriodicTask {
  protected readonly everyMs = 2_000;
  protected readonly failure = 'Statistics for the query planner not refreshed';

  constructor(
    private readonly dataSource: DataSource,
    logger: PinoLogger,
  ) {
    super(logger);
  }

  /** Returns the names of the tables that were looked at. A table that somebody else looks at is passed over. */
  async refresh(): Promise<string[]> {
    const tables = await this.dataSource.query<{ name: string }[]>(OUTGROWN);
    for (const { name } of tables) await this.dataSource.query(`ANALYZE (SKIP_LOCKED) ${name}`);
    return tables.map(({ name }) => name);
  }

  protected work(): Promise<string[]> {
    return this.refresh();
  }
}
