import type { EventDto } from './dto/event.dto';
import type { Event } from './event.entity';

export function viewEvent(event: Event): EventDto {
  return {
    id: event.id,
    name: event.name,
    description: event.description,
    status: event.status,
    registration_status: event.registrationStatus,
    currency: event.currency,
    capacity: event.capacity,
    tickets_sold: event.ticketsSold,
    seats_remaining: event.seatsRemaining,
    start: { utc: event.startsAt.toISOString(), timezone: event.startTimezone },
    end: event.endsAt && { utc: event.endsAt.toISOString(), timezone: event.endTimezone! },
    venue: event.venue,
    online_url: event.onlineUrl,
    require_approval: event.requireApproval,
    hidden: event.hidden,
    cover_image: event.coverImage,
    created_at: event.createdAt.toISOString(),
    updated_at: event.updatedAt.toISOString(),
  };
}
