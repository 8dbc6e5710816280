import {
  DOMAIN_EVENT_TYPES,
  type DomainEvent,
  type DomainEventType,
} from '../../src/domain-events/domain-event';
import { DomainEvents } from '../../src/domain-events/domain-events';
import type { Subscriber } from '../../src/domain-events/subscriber';
import type { TestApp } from './app';
import { until } from './until';

/** Subscribes to domain events and keeps what it is told. */
export class Listener {
  private heard: DomainEvent[] = [];

  constructor(
    private readonly app: TestApp,
    subscriber: Partial<Subscriber> = {},
  ) {
    const keep = (event: DomainEvent): Promise<void> => {
      this.heard.push(event);
      return Promise.resolve();
    };
    app.nest
      .get(DomainEvents)
      .subscribe({ name: 'test.listener', types: DOMAIN_EVENT_TYPES, handle: keep, ...subscriber });
  }

  /** What was told since it was asked last, by type, once all that was recorded is delivered. */
  async news(): Promise<Partial<Record<DomainEventType, string[]>>> {
    const news: Partial<Record<DomainEventType, string[]>> = {};
    for (const { type, ids } of await this.events()) news[type] = [...(news[type] ?? []), ...ids].sort();
    return news;
  }

  async events(): Promise<DomainEvent[]> {
    const open = 'SELECT FROM outbox_messages WHERE delivered_at IS NULL AND failed_at IS NULL';
    await until(
      async () => (await this.app.database.query(open)).length === 0,
      'Messages were not delivered',
    );
    return this.heard.splice(0);
  }
}
