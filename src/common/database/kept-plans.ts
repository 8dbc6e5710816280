/**
 * The comment of a query whose best plan is the same whatever its values are. What TypeORM sends is planned anew each time,
 * which takes longer than to find a row, or even a page of a list. A query with this comment is sent under a name, and
 * PostgreSQL plans no more for it after five executions per connection, unless the plan that knows no values looks dearer.
 *
 * Not for a search, nor for a filter that finds many with one value and few with another; nor with an offset, as each makes
 * a text of its own.
 */
export const KEEP_PLAN = 'keep plan';

/** In its place: no comment, and a plan of its own for each execution. */
export const PLAN_EACH_TIME = '';

const MARK = `/* ${KEEP_PLAN} */`;

/** The server keeps them until the connection is closed. */
const MOST_KEPT = 50;

/** The names of the queries whose plans a connection keeps, the first fifty of them. */
export class KeptPlans {
  private readonly names = new Map<string, string>();

  /** The name under which a query is sent; undefined when its plan is not kept. */
  nameOf(text: string): string | undefined {
    if (!text.includes(MARK)) return undefined;
    const { size } = this.names;
    if (size < MOST_KEPT && !this.names.has(text)) this.names.set(text, `kept-plan-${size + 1}`);
    return this.names.get(text);
  }
}
