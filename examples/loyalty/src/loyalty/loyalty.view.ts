import type { LoyaltyDto, LoyaltyEntryDto } from './dto/loyalty.dto';
import type { LoyaltyAccount } from './loyalty-account.entity';
import type { LoyaltyEntry } from './loyalty-entry.entity';

export function viewLoyalty(contactId: string, account: LoyaltyAccount | null): LoyaltyDto {
  return { contact_id: contactId, points: account?.points ?? 0 };
}

export function viewEntry(entry: LoyaltyEntry): LoyaltyEntryDto {
  return {
    id: entry.id,
    contact_id: entry.contactId,
    attendee_id: entry.attendeeId,
    points: entry.points,
    created_at: entry.createdAt.toISOString(),
  };
}
