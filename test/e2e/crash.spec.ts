import type { Response } from 'supertest';
import { type ApiProcess, Installation } from '../support/installation';
import { createEvent, type TestEvent, ticketsFor } from '../support/organization';
import { until } from '../support/until';

jest.setTimeout(120_000);

/** A purchase as a client knows it, which retries with the same key until it has an answer. */
interface Purchase {
  key: string;
  event: TestEvent;
  quantity: number;
}

interface StoredTicket {
  id: string;
  email: string;
  payment_id: string;
}

describe('a process that dies', () => {
  let installation: Installation;
  let doomed: ApiProcess;
  let survivor: ApiProcess;
  let hot: TestEvent;

  beforeEach(async () => {
    installation = await Installation.create();
    [doomed, survivor] = await Promise.all([installation.startApi(), installation.startApi()]);
    hot = await createEvent(survivor.client);
  });
  afterEach(() => installation.close());

  it('in the middle of a burst leaves every purchase to be made once by its retry', async () => {
    const others = await Promise.all(Array.from({ length: 10 }, () => createEvent(survivor.client)));
    const purchases = Array.from({ length: 300 }, (_, index): Purchase => {
      const event = index % 2 === 0 ? hot : others[index % others.length]!;
      return { key: `purchase-${index}`, event, quantity: 1 + (index % 3) };
    });

    const answers = new Map<Purchase, Response>();
    let answeredByDoomed = 0;
    const make = async (purchase: Purchase, index: number) => {
      const toDoomed = index % 4 < 2;
      const answer = await attempt(toDoomed ? doomed : survivor, purchase);
      if (answer?.status !== 201) return;
      answers.set(purchase, answer);
      if (toDoomed) answeredByDoomed++;
    };
    const burst = purchases.slice(0, 200).map(make);
    await until(() => answeredByDoomed >= 30, 'Nothing is sold');
    // From here on nobody buys what is hot, so that some purchases are certain to have no answer.
    const release = await holdSeats();
    const rest = purchases.slice(200).map(make);
    await installation.database.untilBlocked();
    await doomed.stop('SIGKILL');
    await release();
    await Promise.all([...burst, ...rest]);
    const unanswered = purchases.filter((purchase) => !answers.has(purchase));
    expect(unanswered.length).toBeGreaterThan(0);

    const [restarted] = await Promise.all([
      installation.startApi({ PORT: new URL(doomed.url).port }),
      ...unanswered.map(async (purchase) => answers.set(purchase, await retry(survivor, purchase))),
    ]);
    await Promise.all(
      purchases.map(async (purchase) => {
        const replay = await retry(restarted, purchase);
        expect(replay.text).toBe(answers.get(purchase)!.text);
        expect(replay.headers['idempotent-replay']).toBe('true');
      }),
    );
    await expectExactly(answers);
  });

  it('while it waits for a lock takes no key with it', async () => {
    const release = await holdSeats();
    const purchases = Array.from({ length: 10 }, (_, index) => {
      return { key: `purchase-${index}`, event: hot, quantity: 2 };
    });
    const cutOff = Promise.all(purchases.map((purchase) => attempt(doomed, purchase)));
    await installation.database.untilBlocked();

    const twin = await attempt(survivor, purchases[0]!);
    expect(twin!.body.code).toBe('idempotent_request_in_progress');
    await doomed.stop('SIGKILL');
    await release();
    expect(new Set(await cutOff)).toEqual(new Set([undefined]));

    const answers = await Promise.all(
      purchases.map(async (purchase) => [purchase, await retry(survivor, purchase)] as const),
    );
    await expectExactly(new Map(answers));
  });

  it('without dying, because its machine hangs, gives back the seats that it had locked', async () => {
    const release = await holdSeats();
    const purchase: Purchase = { key: 'of-the-hanging', event: hot, quantity: 1 };
    const late = attempt(doomed, purchase);
    await installation.database.untilBlocked();
    process.kill(doomed.pid, 'SIGSTOP');
    await release();

    const other: Purchase = { key: 'of-the-other', event: hot, quantity: 1 };
    const refused = await attempt(survivor, other);
    expect(refused!.status).toBe(503);
    expect(refused!.headers['retry-after']).toBe('1');
    const answers = new Map([[other, await retry(survivor, other)]]);

    process.kill(doomed.pid, 'SIGCONT');
    expect((await late)!.status).toBe(503);
    answers.set(purchase, await retry(doomed, purchase));
    await expectExactly(answers);
  });

  function send({ client }: ApiProcess, { key, event, quantity }: Purchase) {
    const contact = { email: `${key}@example.org` };
    return client.post(`/events/${event.id}/attendees`, ticketsFor(event, { contact, quantity }), key);
  }

  /** Undefined when the connection broke before an answer came. */
  async function attempt(process: ApiProcess, purchase: Purchase): Promise<Response | undefined> {
    return send(process, purchase).then(
      (answer) => answer,
      () => undefined,
    );
  }

  async function retry(process: ApiProcess, purchase: Purchase): Promise<Response> {
    let answer: Response | undefined;
    await until(
      async () => {
        answer = await attempt(process, purchase);
        return answer?.status === 201;
      },
      () => `${purchase.key} is stuck: ${answer?.text}`,
    );
    return answer!;
  }

  /** Each purchase has its tickets, and there are no others. */
  async function expectExactly(answers: Map<Purchase, Response>): Promise<void> {
    const stored = await installation.database.query<StoredTicket>(
      `SELECT a.id, c.email, a.payment_id FROM attendees a
       JOIN contacts c ON (c.organization_id, c.id) = (a.organization_id, a.contact_id)`,
    );
    const answered = [...answers].flatMap(([{ key, quantity }, { body }]) => {
      const tickets = body.data as StoredTicket[];
      expect(tickets).toHaveLength(quantity);
      return tickets.map(({ id }) => ({
        id,
        email: `${key}@example.org`,
        payment_id: body.payment_id as string,
      }));
    });
    expect(stored.sort(byId)).toEqual(answered.sort(byId));
    await installation.expectNoDrift();
  }

  /** Locks the event's row, as somebody does whose transaction takes its time. */
  function holdSeats(): Promise<() => Promise<void>> {
    return installation.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [hot.id]);
  }
});

function byId(a: StoredTicket, b: StoredTicket): number {
  return a.id < b.id ? -1 : 1;
}
