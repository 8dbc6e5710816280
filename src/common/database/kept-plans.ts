/**
 * The comment of a query whose best plan is the same whatever its values are. What TypeORM sends is planned anew each time,
 * which takes longer than to find a row, or even a page of a list. A query with this comment is sent under a name, and
 * PostgreSQL plans no more for it after five executions per connection, unless the plan that knows no values looks dearer.
 *
 * Not for a search, nor for a filter that finds many with one value and few with another.
 */
export const KEEP_PLAN = 'keep plan';

const MARK = `/* ${KEEP_PLAN} */`;

/** Most texts that get a name. PostgreSQL keeps the plans of each connection until that is closed. */
const MOST_KEPT = 50;

const names = new Map<string, string>();

/** The name under which a query is sent; undefined when its plan is not kept. */
export function nameOfKeptPlan(text: string): string | undefined {
  if (!text.includes(MARK)) return undefined;
  if (!names.has(text) && names.size < MOST_KEPT) names.set(text, `kept-plan-${names.size + 1}`);
  return names.get(text);
}
