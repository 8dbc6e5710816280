import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { inOneRoundTrip } from '../common/database/round-trip';
import { MessageHandlers } from '../notifications/message-handlers';
import { Outbox } from '../notifications/outbox';
import type { OutboxMessage } from '../notifications/outbox-message.entity';
import { Audience } from './audience';
import type { DomainEvent, DomainEventType, Happening } from './domain-event';
import type { Subscriber } from './subscriber';

/**
 * What happens to attendees, events and contacts, told to whoever subscribes. An event is recorded in the transaction of
 * the change and delivered after its commit, by one outbox message for each subscriber that wants it: each has its own
 * retries, and none waits for another.
 */
@Injectable()
export class DomainEvents {
  private readonly subscribers: Subscriber[] = [];

  constructor(
    private readonly outbox: Outbox,
    private readonly handlers: MessageHandlers,
  ) {}

  /** For `onModuleInit` of the subscribing module. */
  subscribe<Type extends DomainEventType>(subscriber: Subscriber<Type>): void {
    this.handlers.register(
      subscriber.name,
      (message, manager) => subscriber.handle(eventOf<Type>(message), manager),
      { transient: true },
    );
    this.subscribers.push(subscriber);
  }

  async record(manager: EntityManager, ...happenings: Happening[]): Promise<void> {
    const audience = await this.audience(
      manager,
      happenings.map(({ type }) => type),
      happenings.map(({ organizationId }) => organizationId),
    );
    await this.outbox.add(
      manager,
      audience.messages(() => happenings),
    );
  }

  /** Who will want to hear of it when something of these types happens, for who asks and tells in separate round trips. */
  async audience(
    manager: EntityManager,
    types: readonly DomainEventType[],
    organizationIds: readonly string[],
  ): Promise<Audience> {
    const interested = this.subscribers.filter((subscriber) =>
      subscriber.types.some((type) => types.includes(type)),
    );
    if (interested.length === 0 || organizationIds.length === 0) return new Audience([]);
    const distinct = [...new Set(organizationIds)];
    const wishes = await inOneRoundTrip(
      ...interested.map((subscriber) => subscriber.wants?.(manager, distinct) ?? Promise.resolve(EVERYTHING)),
    );
    return new Audience(
      interested.flatMap((subscriber, index) => {
        const wish = wishes[index];
        return wish ? [{ subscriber, wish }] : [];
      }),
    );
  }
}

const EVERYTHING = () => true;

function eventOf<Type extends DomainEventType>({ payload }: OutboxMessage): DomainEvent<Type> {
  return { ...payload, occurredAt: new Date(payload.occurredAt as string) } as DomainEvent<Type>;
}
