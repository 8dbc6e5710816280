import type { EventDto } from './dto/event.dto';
import type { VenueDto } from './dto/venue.dto';
import type { Event, Venue } from './event.entity';

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
    venue: event.venue && viewVenue(event.venue),
    online_url: event.onlineUrl,
    require_approval: event.requireApproval,
    hidden: event.hidden,
    cover_image: event.coverImage,
    created_at: event.createdAt.toISOString(),
    updated_at: event.updatedAt.toISOString(),
  };
}

/** In an order that does not depend on where it comes from: jsonb sorts keys by their length. */
function viewVenue({ name, address, city, state, country }: Venue): VenueDto {
  return { name, address, city, state, country };
}
