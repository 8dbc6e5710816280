import { Contact } from '../../src/contacts/contact.entity';
import { Event } from '../../src/events/event.entity';
import { eventPlace } from '../../src/tickets/event-place';
import { eventTimes, timeLines } from '../../src/tickets/event-times';
import { lines, oneLine } from '../../src/tickets/text';
import { nameInMail, nameOf } from '../../src/tickets/ticket-sheet';

const eventWith = (fields: Partial<Event>): Event =>
  Object.assign(new Event(), { venue: null, onlineUrl: null, endsAt: null, endTimezone: null }, fields);

describe('When an event is', () => {
  const said = (start: string, end: string | null, timezone: string, endTimezone = timezone): string[] =>
    timeLines(
      eventTimes(
        eventWith({
          startsAt: new Date(start),
          startTimezone: timezone,
          endsAt: end === null ? null : new Date(end),
          endTimezone,
        }),
      ),
    );

  it('is told in its own time zone, which is named', () => {
    expect(said('2027-07-01T23:30:00Z', null, 'Asia/Tokyo')).toEqual([
      'Friday, 2 July 2027',
      '08:30',
      'Japan Standard Time (Asia/Tokyo)',
    ]);
  });

  it('names the day once when it ends on it', () => {
    expect(said('2027-03-01T18:00:00Z', '2027-03-01T21:30:00Z', 'Europe/Berlin')).toEqual([
      'Monday, 1 March 2027',
      '19:00 – 22:30',
      'Central European Standard Time (Europe/Berlin)',
    ]);
  });

  it('names both days when it goes on after midnight', () => {
    expect(said('2027-03-01T21:00:00Z', '2027-03-02T02:00:00Z', 'Europe/Berlin')).toEqual([
      'Monday, 1 March 2027, 22:00',
      'until Tuesday, 2 March 2027, 03:00',
      'Central European Standard Time (Europe/Berlin)',
    ]);
  });

  it('names both zones when clocks change meanwhile, or when it ends elsewhere', () => {
    expect(said('2027-03-27T21:00:00Z', '2027-03-28T03:00:00Z', 'Europe/Berlin')).toEqual([
      'Saturday, 27 March 2027, 22:00',
      'Central European Standard Time (Europe/Berlin)',
      'until Sunday, 28 March 2027, 05:00',
      'Central European Summer Time (Europe/Berlin)',
    ]);
    expect(said('2027-03-01T18:00:00Z', '2027-03-01T20:00:00Z', 'Europe/Berlin', 'Europe/London')).toEqual([
      'Monday, 1 March 2027, 19:00',
      'Central European Standard Time (Europe/Berlin)',
      'until Monday, 1 March 2027, 20:00',
      'Greenwich Mean Time (Europe/London)',
    ]);
  });
});

describe('Where an event is', () => {
  const nowhere = { name: null, address: null, city: null, state: null, country: null };

  it('is nowhere when nothing is known', () => {
    expect(eventPlace(eventWith({}))).toEqual({ lines: [], mapUrl: null, online: null });
  });

  it('is told line by line, with the country by its name and a map', () => {
    const venue = {
      name: 'Stadthalle',
      address: 'Marktplatz 1',
      city: 'Bremen',
      state: 'HB',
      country: 'DE',
    };
    expect(eventPlace(eventWith({ venue }))).toEqual({
      lines: ['Stadthalle', 'Marktplatz 1', 'Bremen, HB', 'Germany'],
      mapUrl:
        'https://www.openstreetmap.org/search?query=Stadthalle%2C%20Marktplatz%201%2C%20Bremen%2C%20HB%2C%20Germany',
      online: null,
    });
  });

  it.each(['Deutschland', 'ZZ', 'QQ', 'x', '🇩🇪'])('leaves the country %s as it is', (country) => {
    expect(eventPlace(eventWith({ venue: { ...nowhere, country } })).lines).toEqual([country]);
  });

  it.each(['javascript:alert(1)', 'http://example.org', 'data:text/html,x', 'nonsense', 'https://'])(
    'never leads to %s',
    (onlineUrl) => {
      expect(eventPlace(eventWith({ onlineUrl })).online).toBeNull();
    },
  );

  it('shows of a link what can be recognised', () => {
    expect(eventPlace(eventWith({ onlineUrl: 'https://exämple.org/"room"' })).online).toEqual({
      url: 'https://xn--exmple-cua.org/%22room%22',
      host: 'xn--exmple-cua.org',
    });
  });
});

describe('Text from outside', () => {
  it('becomes one line without control characters and changes of direction', () => {
    expect(oneLine(' a\r\nBcc: b\u0000\u2028c\td\u0085e \u202Egnp.exe\u2066 ')).toBe(
      'a Bcc: b c d e gnp.exe',
    );
    expect(oneLine('קונצרט \u200Fסתיו')).toBe('קונצרט \u200Fסתיו');
  });

  it('keeps its line breaks where they are welcome', () => {
    expect(lines('One\r\nTwo\nThree\u0007\n\nFour\n')).toEqual(['One', 'Two', 'Three', '', 'Four']);
  });
});

describe('A name', () => {
  const contact = (firstName: string | null, lastName: string | null = null): Contact =>
    Object.assign(new Contact(), { firstName, lastName });

  it.each([
    ['Ada', 'Lovelace', 'Ada Lovelace'],
    [' ', ' Lovelace\n', 'Lovelace'],
    [' ', null, null],
    ['Visit evil.example', null, 'Visit evil.example'],
  ])('is %j %j in one line', (firstName, lastName, name) => {
    expect(nameOf(contact(firstName, lastName))).toBe(name);
  });

  it.each([
    'J.R.R. Tolkien',
    'J.R.R.Tolkien',
    'Ma.Teresa Cruz',
    'A.KUMAR',
    'St.John',
    'Dr.Müller',
    'د.محمد',
    'डॉ.शर्मा',
    'Ravi s/o Kumar',
    'Anna/Ben',
    'Anna & Ben C/O St. Mary',
    'S:t Olof',
  ])('stands in a mail when it is %s', (name) => {
    expect(nameInMail(contact(name))).toBe(name);
  });

  it.each([
    'Win at https://evil.example',
    'HTTPS://EVIL',
    'tel:+4912345',
    'www.evil.example',
    'Www.Win.Now',
    'Call evil@example.org',
    'Visit evil.example/now',
    'evil.example.',
    'EVIL.EXAMPLE',
    'Evil.Com',
    'Ada.Evil.Com',
    'bit.Ly/x',
    '1.1.1.1/x',
    'злой.рф',
    'evil.xn--p1ai',
  ])('does not stand in a mail, whose reader could follow it, when it is %s', (name) => {
    expect(nameInMail(contact(name))).toBeNull();
  });
});
