import type { ContactCard } from '../contacts/contact-upsert';
import { contactUpdated } from '../contacts/contact-updated';
import type { DomainEventType, Happening } from '../domain-events/domain-event';
import type { AttendeeStatus } from './attendee.entity';
import type { Issued } from './issue-tickets.command';

export const NEWS_OF_ISSUING: readonly DomainEventType[] = [
  'attendee.created',
  'attendee.updated',
  'attendee.checked_in',
  'contact.updated',
];

/** How it is told that a ticket took a status: by one event, the one that says most. */
export function newsOfStatus(status: AttendeeStatus): DomainEventType {
  if (status === 'checked_in') return 'attendee.checked_in';
  return status === 'deleted' ? 'attendee.deleted' : 'attendee.updated';
}

/** What happened as tickets were issued. One that is checked in as it is created is told of twice, as both. */
export function newsOfIssuing(
  issued: readonly Issued[],
  changedContacts: readonly ContactCard[],
  now: Date,
): Happening[] {
  const news = issued.flatMap(({ request: { organizationId }, admission }): Happening[] => {
    const { status, created, upgraded } = admission;
    const common = { organizationId, occurredAt: now };
    const becameIt = status === 'checked_in' ? [...created, ...upgraded] : upgraded;
    return [
      { type: 'attendee.created', ids: created.map(({ id }) => id), ...common },
      { type: newsOfStatus(status), ids: becameIt.map(({ id }) => id), ...common },
    ];
  });
  return [...news, ...changedContacts.map((card) => contactUpdated({ ...card, updatedAt: now }))];
}
