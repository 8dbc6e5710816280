import type { EventDto } from '../../src/events/dto/event.dto';
import type { PaymentDto } from '../../src/attendees/dto/payment.dto';
import { ReconcileService } from '../../src/attendees/reconcile.service';
import type { TestApp } from '../support/app';
import { dump } from '../support/dump';
import { until } from '../support/until';
import type { World } from './world';

const OPEN_MAIL = 'SELECT FROM outbox_messages WHERE delivered_at IS NULL AND failed_at IS NULL';
/** Whose tickets or contact were gone before it could be written may fail. */
const FAILED_MAIL = `
  SELECT last_error FROM outbox_messages
  WHERE (attempts > 0 OR failed_at IS NOT NULL) AND last_error !~ 'was (erased|deleted) before$'`;

/** Everything of the other organization but its keys, whose use is noted. */
export async function rowsOfOther(app: TestApp, { other }: World): Promise<string[]> {
  const lines = (await dump(app.database)).split('\n');
  return lines.filter((line) => line.includes(other.id) && !line.startsWith('api_keys ')).sort();
}

/** What is wrong with the state that all those requests have left. */
export async function problemsAfterwards(app: TestApp, world: World, before: string[]): Promise<string[]> {
  const problems: string[] = [];
  const expect = (holds: boolean, otherwise: string): void => void (holds || problems.push(otherwise));
  const drift = await app.nest.get(ReconcileService).findDrift();
  expect(drift.length === 0, `The seat counters differ from the tickets: ${JSON.stringify(drift)}`);

  const after = await rowsOfOther(app, world);
  expect(JSON.stringify(after) === JSON.stringify(before), 'The other organization was changed');
  const others = await world.other.client.get('/me');
  expect(others.status === 200, 'The key of the other organization does not work any more');

  await until(async () => (await app.database.query(OPEN_MAIL)).length === 0, 'Mail waits');
  const failed = await app.database.query<{ last_error: string }>(FAILED_MAIL);
  expect(failed.length === 0, `Mail could not be written: ${failed[0]?.last_error}`);

  for (const path of await everything(world)) {
    const { status, text } = await fetchPath(app, world, path);
    const isPage = path.startsWith('/t/');
    // A batch of which no ticket is left has no page.
    const isRead = status === 200 || (isPage && status === 404);
    expect(isRead, `${path} cannot be read afterwards: ${status} ${text.slice(0, 300)}`);
    expect(!isPage || !/<script>alert|<img src=x/.test(text), `${path} runs what a client sent`);
  }
  return problems;
}

/** The lists and pages that show what the requests have written. */
async function everything({ organization: { client } }: World): Promise<string[]> {
  const { data: events } = (await client.get('/events?status=active,inactive&page_size=200')).body as {
    data: EventDto[];
  };
  const { data: payments } = (await client.get('/payments?page_size=100')).body as { data: PaymentDto[] };
  const statuses = 'status=invited,pending_approval,valid,checked_in,rejected';
  const pages = payments.map(({ tickets_url }) => new URL(tickets_url).pathname);
  return [
    '/api/v1/contacts?page_size=200',
    '/api/v1/api-keys?page_size=200',
    ...events.flatMap(({ id }) => [
      `/api/v1/events/${id}/stats`,
      `/api/v1/events/${id}/ticket-classes`,
      `/api/v1/events/${id}/attendees?page_size=200&${statuses}`,
      `/api/v1/events/${id}/attendees/export?${statuses}`,
    ]),
    ...pages.flatMap((page) => [page, `${page}/event.ics`]),
  ];
}

async function fetchPath(app: TestApp, { organization }: World, path: string) {
  const answer = await fetch(app.url + path, { headers: { 'X-API-KEY': organization.client.apiKey! } });
  return { status: answer.status, text: await answer.text() };
}
