import { strictEqual as equal } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestEvent, ticketsFor } from '../support/organization';
import { PUBLIC_URL } from './requests';

const CLIENTS = 12;
const PAUSE_MS = 20;
const ATTEMPTS = 20;

export interface Buyer {
  key: string;
  /** Of every answer. */
  statuses: number[];
  /** How often there was no answer. */
  breaks: number;
  ticket?: string;
  /** The bytes of the last answer. */
  answer: string;
}

/** Clients that buy one ticket after another, each with a key, and ask again as docs/guide.md says. */
export class Rush {
  private readonly buyers: Buyer[] = [];
  private clients: Promise<void>[] = [];
  private ended = false;

  constructor(
    private readonly apiKey: string,
    private readonly event: TestEvent,
  ) {}

  start(): void {
    this.clients = Array.from({ length: CLIENTS }, () => this.buyOneAfterAnother());
  }

  /** Resolves with everybody who has bought. */
  async end(): Promise<Buyer[]> {
    this.ended = true;
    await Promise.all(this.clients);
    return this.buyers;
  }

  /** Asks once more for everybody: whoever is asked has the answer that was given. */
  async expectSameAnswers(): Promise<void> {
    for (let index = 0; index < this.buyers.length; index += CLIENTS) {
      await Promise.all(
        this.buyers.slice(index, index + CLIENTS).map(async (buyer) => {
          const { answer } = buyer;
          await this.buy(buyer);
          equal(buyer.answer, answer);
        }),
      );
    }
  }

  private async buyOneAfterAnother(): Promise<void> {
    while (!this.ended) {
      const buyer: Buyer = {
        key: `${this.event.id}-${this.buyers.length}`,
        statuses: [],
        breaks: 0,
        answer: '',
      };
      this.buyers.push(buyer);
      await this.buy(buyer);
      await sleep(PAUSE_MS);
    }
  }

  private async buy(buyer: Buyer): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (await this.ask(buyer)) return;
      await sleep(200);
    }
    throw new Error(`${buyer.key} got no answer: ${buyer.statuses.join(', ')}`);
  }

  /** Whether that was the last word. */
  private async ask(buyer: Buyer): Promise<boolean> {
    const contact = { email: `${buyer.key}@example.org` };
    try {
      const answer = await fetch(`${PUBLIC_URL}/api/v1/events/${this.event.id}/attendees`, {
        method: 'POST',
        headers: {
          'X-API-KEY': this.apiKey,
          'Idempotency-Key': buyer.key,
          'Content-Type': 'application/json',
        },
        body: JSON.stringify(ticketsFor(this.event, { contact })),
      });
      buyer.statuses.push(answer.status);
      buyer.answer = await answer.text();
      if (answer.status >= 500 || answer.headers.has('Retry-After')) return false;
      const { data } = JSON.parse(buyer.answer) as { data: { id: string }[] };
      buyer.ticket = data[0]!.id;
      return true;
    } catch {
      buyer.breaks++;
      return false;
    }
  }
}
