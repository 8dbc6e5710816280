import type { EntityManager } from 'typeorm';
import type { DomainEvent, DomainEventType } from './domain-event';

/** Tells whether events of this type of this organization are wanted. */
export type Wish = (organizationId: string, type: DomainEventType) => boolean;

export interface Subscriber<Type extends DomainEventType = DomainEventType> {
  /** Unique. Names its messages in the outbox, so it outlives releases. */
  name: string;
  types: readonly Type[];
  /**
   * What it wants of these organizations' events, null when nothing; left out, it wants all of its types. Asked within
   * the transaction of every change, sales included: one prepared statement that an index answers, and no more.
   */
  wants?(manager: EntityManager, organizationIds: readonly string[]): Promise<Wish | null>;
  /**
   * Runs after the commit, at least once for each event and in no particular order. When it throws, what it wrote with
   * `manager` is undone and it is called again later.
   */
  handle(event: DomainEvent<Type>, manager: EntityManager): Promise<void>;
}
