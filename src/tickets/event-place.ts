import type { Event } from '../events/event.entity';
import { present } from './text';

/** Where an event happens: on site, online, or both. */
export interface EventPlace {
  /** Name, street, city: as many lines as are known. */
  lines: string[];
  /** Finds the lines on a map. */
  mapUrl: string | null;
  online: OnlinePlace | null;
}

export interface OnlinePlace {
  url: string;
  /** What people can recognise of the URL. */
  host: string;
}

export function eventPlace({ venue, onlineUrl }: Event): EventPlace {
  const town = present(venue?.city, venue?.state).join(', ');
  const place = present(venue?.name, venue?.address, town, venue && countryName(venue.country));
  return {
    lines: place,
    mapUrl: place.length > 0 ? mapUrl(place) : null,
    online: onlineUrl === null ? null : onlinePlace(onlineUrl),
  };
}

function mapUrl(lines: string[]): string {
  return `https://www.openstreetmap.org/search?query=${encodeURIComponent(lines.join(', '))}`;
}

/** Only https leads people on: a link with another scheme could run a script. */
function onlinePlace(url: string): OnlinePlace | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed?.protocol === 'https:' ? { url: parsed.href, host: parsed.host } : null;
}

/** ISO 3166 codes as names; whatever else was written stays, as does ZZ, which `Intl` calls an unknown region. */
function countryName(country: string | null): string | null {
  if (!/^(?!ZZ)[A-Z]{2}$/.test(country ?? '')) return country;
  return new Intl.DisplayNames('en', { type: 'region' }).of(country!) ?? country;
}
