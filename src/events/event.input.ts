import { given } from '../common/http/given';
import { isHttpsUrl } from '../common/http/is-https-url.decorator';
import type { VenueInputDto } from './dto/venue.dto';
import type { CreateEventDto, UpdateEventDto } from './dto/write-event.dto';
import type { Event, EventChanges, Venue } from './event.entity';
import type { NewEvent } from './events.service';
import { momentOf } from './zoned-time';

/** What a client sends, in the terms of the entity: the opposite of `viewEvent`. */
export function readNewEvent(body: CreateEventDto): NewEvent {
  const { name, start } = body;
  return {
    ...readEventChanges(body),
    name,
    startsAt: momentOf(start.utc, start.timezone),
    startTimezone: start.timezone,
    ticketPrice: body.ticket_price,
  };
}

export function readEventChanges(body: UpdateEventDto): EventChanges {
  const { start, end } = body;
  return given({
    name: body.name,
    description: body.description,
    status: body.status,
    registrationStatus: body.registration_status,
    currency: body.currency,
    capacity: body.capacity,
    startsAt: start && momentOf(start.utc, start.timezone),
    startTimezone: start?.timezone,
    endsAt: end && momentOf(end.utc, end.timezone),
    endTimezone: end === null ? null : end?.timezone,
    requireApproval: body.require_approval,
    hidden: body.hidden,
    coverImage: body.cover_image,
    ...readPlace(body),
  });
}

function readPlace({ location, venue, online_url }: UpdateEventDto): EventChanges {
  return {
    ...(location !== undefined && placeAt(location)),
    ...given({ venue: venue && readVenue(venue), onlineUrl: online_url }),
  };
}

function placeAt(location: string | null): Pick<Event, 'venue' | 'onlineUrl'> {
  if (location === null) return { venue: null, onlineUrl: null };
  return isHttpsUrl(location)
    ? { venue: null, onlineUrl: location }
    : { venue: readVenue({ address: location }), onlineUrl: null };
}

function readVenue({ name, address, city, state, country }: VenueInputDto): Venue | null {
  const fields = [name, address, city, state, country];
  if (fields.every((field) => field === undefined)) return null;
  return {
    name: name ?? null,
    address: address ?? null,
    city: city ?? null,
    state: state ?? null,
    country: country ?? null,
  };
}
