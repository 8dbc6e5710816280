import type { NewMessage } from '../notifications/outbox';
import { DOMAIN_EVENT_QUEUE } from '../notifications/outbox-queues';
import type { DomainEvent, Happening } from './domain-event';
import type { Subscriber, Wish } from './subscriber';

/** Those who want to hear what a transaction does. */
export class Audience {
  constructor(private readonly listeners: readonly { subscriber: Subscriber; wish: Wish }[]) {}

  /** A message to each listener for each event that it wants. When nobody listens it is not asked what happened. */
  messages(whatHappened: () => readonly Happening[]): NewMessage[] {
    if (this.listeners.length === 0) return [];
    const events = merge(whatHappened());
    return this.listeners.flatMap(({ subscriber: { name, types }, wish }) =>
      events
        .filter(({ type, organizationId }) => types.includes(type) && wish(organizationId, type))
        .map((event) => ({
          organizationId: event.organizationId,
          type: name,
          queue: DOMAIN_EVENT_QUEUE,
          payload: { ...event },
        })),
    );
  }
}

/**
 * One event for all that a transaction did of one type in one organization, each id once. Grows with the number of ids
 * and no faster: an import of thousands of rows holds the seats of its event meanwhile.
 */
function merge(happenings: readonly Happening[]): DomainEvent[] {
  const merged = new Map<string, { happening: Happening; ids: Set<string> }>();
  for (const happening of happenings) {
    const key = `${happening.type} ${happening.organizationId}`;
    const { ids } = merged.get(key) ?? { ids: new Set<string>() };
    for (const id of happening.ids) ids.add(id);
    merged.set(key, { happening, ids });
  }
  return [...merged.values()]
    .filter(({ ids }) => ids.size > 0)
    .map(({ happening, ids }) => ({ ...happening, version: 1, ids: [...ids] }));
}
