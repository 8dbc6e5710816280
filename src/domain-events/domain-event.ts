/** What Usher tells of. Every change that moves `updated_at` of one of these things is told, and its creation. */
export const DOMAIN_EVENT_TYPES = [
  'attendee.created',
  'attendee.updated',
  'attendee.checked_in',
  'attendee.deleted',
  'event.created',
  'event.updated',
  'contact.updated',
] as const;
export type DomainEventType = (typeof DOMAIN_EVENT_TYPES)[number];

/** Something that one transaction did. Ids and no content: who needs more looks at what holds by now. */
export interface Happening<Type extends DomainEventType = DomainEventType> {
  type: Type;
  organizationId: string;
  /** Of the attendees, events or contacts that the type speaks of; those of a batch share one event. */
  ids: readonly string[];
  occurredAt: Date;
}

/**
 * A happening as it is delivered. What goes into the outbox under one release is read under the next, so a field that
 * changes its meaning makes a new version, and handlers know both for as long as old events may be waiting.
 */
export interface DomainEvent<Type extends DomainEventType = DomainEventType> extends Happening<Type> {
  version: 1;
}
