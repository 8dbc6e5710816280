import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CsvRow, readCsv } from '../../src/attendees/guest-list/csv-file';

/** Of the arrays of what is tested: Jest gives tests others. */
const arrayPrototype = Object.getPrototypeOf(process.argv) as unknown[];

describe('A CSV file of thousands of columns', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'usher-csv-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const header = Array.from({ length: 5_000 }, (_, index) => `column_${index}`);

  async function read(...lines: string[]): Promise<CsvRow[]> {
    const file = await open(join(folder, 'guests.csv'), 'w+');
    await file.writeFile(lines.join('\n'));
    const rows: CsvRow[] = [];
    for await (const row of readCsv(file)) rows.push(row);
    await file.close();
    return rows;
  }

  it('costs no search for each of its columns', async () => {
    const searches = jest.spyOn(arrayPrototype, 'indexOf');
    try {
      const [row] = await read(header.join(), header.join());
      expect(row!.fields).toEqual(Object.fromEntries(header.map((name) => [name, name])));
      expect(searches.mock.calls.length).toBeLessThan(header.length);
    } finally {
      searches.mockRestore();
    }
  });

  it('costs nothing for the columns that a row does not have', async () => {
    const rows = await read(header.join(), 'a@example.org', 'b@example.org');
    expect(rows).toEqual(
      [2, 3].map((line) => ({ line, fields: {}, problem: 'has 1 cells, the header has 5000' })),
    );
  });
});
