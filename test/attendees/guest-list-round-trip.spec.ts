import fc from 'fast-check';
import { startApp, type TestApp } from '../support/app';

jest.setTimeout(120_000);

/** What has a meaning in CSV, in spreadsheets or to those who trim, and some letters. */
const CHARACTERS = [
  '"',
  ',',
  ';',
  '\n',
  '\r',
  '\t',
  "'",
  '=',
  '+',
  '-',
  '@',
  ' ',
  'a',
  'ü',
  '😀',
  '\u2028',
  '\ufeff',
];
const name = fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 12 });
const guests = fc.array(fc.record({ first_name: name, last_name: name }), { minLength: 20, maxLength: 20 });

describe('A guest list', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('comes back as it was when an export is imported elsewhere, whatever the names, and runs nothing', async () => {
    await fc.assert(
      fc.asyncProperty(guests, async (people) => {
        const organization = await app.organization();
        const event = await organization.event();
        const contacts = people.map((person, index) => ({ ...person, email: `guest${index}@example.org` }));
        await Promise.all(contacts.map((contact) => organization.issue(event, { contact })));
        const exported = await organization.client.get(`/events/${event.id}/attendees/export`).expect(200);

        // Whatever else than a comma a program splits at, and whether or not quotes mean something to it there.
        expect(exported.text).not.toMatch(/[;\t\r\n]"*[=+\-@\t\r]/);
        const rows = cellsOf(exported.text.replace('\ufeff', ''));
        expect(rows).toHaveLength(people.length + 1);
        for (const row of rows) {
          expect(row).toHaveLength(rows[0]!.length);
          for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        }

        const elsewhere = await app.organization();
        const copy = await elsewhere.event();
        const csv = exported.text.replaceAll(event.ticketClass.id, copy.ticketClass.id);
        await elsewhere.client.upload(`/events/${copy.id}/attendees/import`, Buffer.from(csv)).expect(200);
        const namesOf = async (owner: typeof organization, which: typeof event) => {
          const attendees = await owner.attendees(which);
          return attendees.map(({ email, first_name, last_name }) => [email, first_name, last_name]).sort();
        };
        expect(await namesOf(elsewhere, copy)).toEqual(await namesOf(organization, event));
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });
});

/** The rows as a program reads them that takes any line break outside of quotes for the end of a row. */
function cellsOf(csv: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\r|\n)/gy;
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(cell)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end !== ',') rows.push([]);
  }
  return rows.slice(0, -1);
}
