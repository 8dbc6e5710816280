import { DataSource, type Logger } from 'typeorm';
import { KEEP_PLAN } from '../../src/common/database/kept-plans';
import type { TestApp } from './app';
import { until } from './until';

/** Whatever comment stands before it. */
const SELECT = /^\s*(\/\*.*?\*\/)?\s*SELECT/;

/**
 * The plans of all SELECTs that `request` makes the app send, as EXPLAIN shows them; of those whose plan is kept also the one
 * that knows no values.
 */
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
  const explain = async (options: string, sql: string, parameters?: unknown[]) => {
    const rows = await app.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${options} ${sql}`, parameters);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  const plans: string[] = [];
  for (const { sql, parameters } of queries.filter(({ sql }) => SELECT.test(sql))) {
    const plan = await explain('', sql, parameters);
    plans.push(sql.includes(KEEP_PLAN) ? `${plan}\n${await explain('(GENERIC_PLAN)', sql)}` : plan);
  }
  return plans;
}

/**
 * VACUUM ANALYZE until all rows are known to be visible to all, as the cost of index-only scans depends on it. One that
 * runs beside a transaction of before (the server analyzes tables by itself) leaves that for the next.
 */
export async function vacuum({ database }: TestApp, ...tables: string[]): Promise<void> {
  const allVisible = async () => {
    await database.query(`VACUUM ANALYZE ${tables.join(', ')}`);
    const behind = await database.query<unknown[]>(
      'SELECT FROM pg_class WHERE oid = ANY ($1::regclass[]) AND relallvisible < relpages',
      [tables],
    );
    return behind.length === 0;
  };
  await until(allVisible, `rows of ${tables.join(', ')} are still invisible to somebody`);
}
