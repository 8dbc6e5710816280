import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'supertest';
import type { Client } from '../support/client';
import { createEvent } from '../support/organization';
import { PATIENCE_MS } from './checker';
import { type Attempt, type History, isFinal, type Kind, type Operation } from './history';
import type { Random } from '../support/random';
import type { Stage } from './stage';

const BUYERS = 16;
const IMPORTERS = 1;
const ROWS = 20;

/** What tickets are bought for. */
interface Target {
  eventId: string;
  ticketClassId: string;
  approval: boolean;
}

interface Ticket {
  id: string;
  event_id: string;
  status: string;
}

/** Clients that never give up: each asks again, of either process, until it has an answer that settles the matter. */
export class Workload {
  private targets: Target[] = [];
  private operations = 0;
  private stopped = false;
  private actors: Promise<void>[] = [];

  constructor(
    private readonly stage: Stage,
    private readonly history: History,
    private readonly random: Random,
    private readonly now: () => number,
  ) {}

  /** Makes the events: some too small for everybody, some that ask for approval. */
  async prepare(): Promise<void> {
    const { client } = this.stage.apis[0];
    for (const [capacity, approval] of [
      [100, false],
      [50, true],
      [0, false],
      [0, true],
    ] as const) {
      const event = await createEvent(client, { capacity, require_approval: approval });
      await this.addTarget(client, event.id, {
        name: 'Stalls',
        quantity_total: 30,
        require_approval: approval,
      });
      await this.addTarget(client, event.id, {
        name: 'Balcony',
        quantity_total: 0,
        require_approval: approval,
      });
      if (capacity > 0) this.limit(event.id, capacity);
    }
  }

  start(): void {
    this.actors = [
      ...Array.from({ length: BUYERS }, () => this.act(() => this.buy())),
      ...Array.from({ length: IMPORTERS }, () => this.act(() => this.importGuests())),
    ];
  }

  /** Resolves when every operation that was begun is settled. */
  async finish(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.actors);
  }

  private async addTarget(client: Client, eventId: string, fields: Record<string, unknown>): Promise<void> {
    const { body } = await client.post(`/events/${eventId}/ticket-classes`, fields).expect(201);
    const { id, quantity_total: seats } = body as { id: string; quantity_total: number };
    this.targets.push({ eventId, ticketClassId: id, approval: fields.require_approval === true });
    if (seats > 0) this.limit(id, seats);
  }

  private limit(id: string, seats: number): void {
    this.history.limits = { ...this.history.limits, [id]: seats };
  }

  private async act(deed: () => Promise<void>): Promise<void> {
    while (!this.stopped) {
      await deed();
      await sleep(this.random.integer(0, 20));
    }
  }

  private async buy(): Promise<void> {
    // Most people want the same few seats.
    const target = this.random.chance(0.7) ? this.targets[0]! : this.random.pick(this.targets);
    const operation = this.begin('create', {
      quantity: this.random.integer(1, 3),
      sendEmail: this.random.chance(0.5),
    });
    const body = {
      ticket_class_id: target.ticketClassId,
      contact: { email: operation.emails[0], first_name: 'Ada' },
      quantity: operation.quantity,
      send_email: operation.sendEmail,
    };
    const buy = (client: Client) =>
      client.post(`/events/${target.eventId}/attendees`, body, `purchase-${operation.id}`);
    // An impatient client, or a proxy, sends the same request to both processes.
    const twins = this.random.chance(0.2) ? [this.settle(operation, buy)] : [];
    const [answer] = await Promise.all([this.settle(operation, buy), ...twins]);
    if (this.random.chance(0.3)) await this.settle(operation, buy);
    if (answer.status !== 201) return;
    const { data } = JSON.parse(answer.body) as { data: Ticket[] };
    for (const ticket of data) await this.useTicket(ticket, operation.sendEmail);
  }

  /** What becomes of a ticket. Those that are mailed are not deleted: their mail would have nothing to say. */
  private async useTicket(ticket: Ticket, mailed: boolean): Promise<void> {
    const path = `/events/${ticket.event_id}/attendees/${ticket.id}`;
    if (ticket.status === 'pending_approval') {
      const kind = this.random.chance(0.6) ? 'approve' : 'reject';
      const status = kind === 'approve' ? 'valid' : 'rejected';
      await this.settle(this.begin(kind, { ticketId: ticket.id }), (client) =>
        client.patch(path, { status }),
      );
      if (kind === 'reject') return;
    }
    if (this.random.chance(0.4)) {
      await Promise.all([this.scan(ticket), this.scan(ticket)]);
    }
    if (!mailed && this.random.chance(0.6)) {
      await this.settle(this.begin('delete', { ticketId: ticket.id }), (client) => client.delete(path));
    }
  }

  private async scan(ticket: Ticket): Promise<void> {
    const operation = this.begin('check-in', { ticketId: ticket.id });
    const body = { attendee_id: ticket.id, nonce: `scan-${operation.id}` };
    await this.settle(operation, (client) => client.post(`/events/${ticket.event_id}/check-ins`, body));
  }

  private async importGuests(): Promise<void> {
    const target = this.random.pick(this.targets);
    const operation = this.begin('import', { people: ROWS });
    const csv = ['email', ...operation.emails].join('\n');
    const mode = this.random.pick(['all', 'good']);
    const path = `/events/${target.eventId}/attendees/import?mode=${mode}&ticket_class_id=${target.ticketClassId}`;
    await this.settle(operation, (client) => client.upload(path, csv, `import-${operation.id}`));
    await sleep(2_000);
  }

  private begin(
    kind: Kind,
    {
      people = kind === 'create' ? 1 : 0,
      quantity = 1,
      sendEmail = false,
      ticketId,
    }: {
      people?: number;
      quantity?: number;
      sendEmail?: boolean;
      ticketId?: string;
    },
  ): Operation {
    const id = ++this.operations;
    const emails = Array.from({ length: people }, (_, index) => `guest-${id}-${index}@example.org`);
    return { id, kind, emails, quantity, sendEmail, ticketId };
  }

  /** Asks until there is an answer that settles the matter. */
  private async settle(
    operation: Operation,
    send: (
      client: Client,
    ) => PromiseLike<Response> & { timeout(milliseconds: number): PromiseLike<Response> },
  ): Promise<{ status: number; body: string }> {
    for (;;) {
      const process = this.random.integer(0, this.stage.apis.length - 1);
      const sentAt = this.now();
      const answer = await send(this.stage.apis[process]!.client)
        .timeout(PATIENCE_MS)
        .then(
          ({ status, text }) => ({ status, body: text }),
          () => undefined,
        );
      const attempt: Attempt = { operation, process, sentAt, endedAt: this.now(), ...(answer && { answer }) };
      this.history.attempts.push(attempt);
      if (isFinal(attempt)) return answer!;
      await sleep(this.random.integer(50, 350));
    }
  }
}
