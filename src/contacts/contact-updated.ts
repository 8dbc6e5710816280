import type { Happening } from '../domain-events/domain-event';
import type { Contact } from './contact.entity';

/** A new contact counts as updated, and so does one that was erased. */
export function contactUpdated({
  organizationId,
  id,
  updatedAt,
}: Pick<Contact, 'organizationId' | 'id' | 'updatedAt'>): Happening {
  return { type: 'contact.updated', organizationId, ids: [id], occurredAt: updatedAt };
}
