import type { Response } from 'supertest';
import { type ApiProcess, Installation } from '../support/installation';
import { createEvent, type TestEvent, ticketsFor } from '../support/organization';

jest.setTimeout(120_000);

const KEYS = Array.from({ length: 12 }, (_, index) => `purchase-${index}`);
const TWINS = 8;

describe('eight twins of each request at once over two processes', () => {
  let installation: Installation;
  let processes: ApiProcess[];
  let event: TestEvent;

  beforeAll(async () => {
    installation = await Installation.create();
    processes = await Promise.all([installation.startApi(), installation.startApi()]);
    event = await createEvent(processes[0]!.client);
  });
  afterAll(() => installation.close());

  it('issue one ticket per key; afterwards every retry gets the same bytes', async () => {
    const attempts = KEYS.flatMap((key) => Array.from({ length: TWINS }, (_, twin) => ({ key, twin })));
    const answers = await Promise.all(
      attempts.map(async ({ key, twin }) => ({ key, answer: await send(key, twin % 2) })),
    );

    for (const key of KEYS) {
      const first = expectOneExecution(answersTo(key, answers));
      for (const retry of [await send(key, 0), await send(key, 1)]) {
        expect(retry.status).toBe(201);
        expect(retry.text).toBe(first.text);
        expect(retry.headers['idempotent-replay']).toBe('true');
      }
    }
    const [{ tickets }] = (await installation.database.query<{ tickets: number }>(
      'SELECT count(*)::int AS tickets FROM attendees',
    )) as [{ tickets: number }];
    expect(tickets).toBe(KEYS.length);
    await installation.expectNoDrift();
  });

  it('make one event per key, on a route with a transaction of its own', async () => {
    const start = { utc: '2027-03-01T18:00:00Z', timezone: 'Europe/Berlin' };
    const answers = await Promise.all(
      Array.from({ length: TWINS }, (_, twin) =>
        processes[twin % 2]!.client.post('/events', { name: 'Once', start }, 'one-event'),
      ),
    );

    expectOneExecution(answers);
    const { body } = await processes[0]!.client.get('/events').expect(200);
    const made = (body.data as { name: string }[]).filter(({ name }) => name === 'Once');
    expect(made).toHaveLength(1);
  });

  function send(key: string, process: number) {
    return processes[process]!.client.post(
      `/events/${event.id}/attendees`,
      ticketsFor(event, { contact: { email: `${key}@example.org` } }),
      key,
    );
  }

  /** Whoever was not the first was told so, or was late enough for the answer; nobody waited. */
  function expectOneExecution(answers: Response[]): Response {
    const executed = answers.filter(({ status, headers }) => status === 201 && !headers['idempotent-replay']);
    expect(executed).toHaveLength(1);
    for (const twin of answers.filter((answer) => answer !== executed[0])) {
      if (twin.status === 201) expect(twin.text).toBe(executed[0]!.text);
      else {
        expect(twin.status).toBe(409);
        expect(twin.headers['retry-after']).toBe('1');
        expect(twin.body).toMatchObject({
          error: 'idempotent_request_in_progress',
          code: 'idempotent_request_in_progress',
        });
      }
    }
    return executed[0]!;
  }
});

function answersTo(key: string, all: { key: string; answer: Response }[]): Response[] {
  return all.filter((one) => one.key === key).map(({ answer }) => answer);
}
