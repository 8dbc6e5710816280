import { DataSource, type Logger } from 'typeorm';
import type { TestApp } from './app';

/** The plans of all SELECTs that `request` makes the app send, as EXPLAIN shows them. */
export async function plansOf(app: TestApp, request: () => PromiseLike<unknown>): Promise<string[]> {
  const dataSource = app.nest.get(DataSource);
  const queries: { sql: string; parameters: unknown[] }[] = [];
  const { logger } = dataSource;
  dataSource.logger = Object.assign(Object.create(logger) as Logger, {
    logQuery: (sql: string, parameters: unknown[] = []) => queries.push({ sql, parameters }),
  });
  try {
    await request();
  } finally {
    dataSource.logger = logger;
  }
  const plans: string[] = [];
  for (const { sql, parameters } of queries.filter((query) => query.sql.trimStart().startsWith('SELECT'))) {
    const rows = await app.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, parameters);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  return plans;
}
