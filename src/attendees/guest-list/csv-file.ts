import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { restored } from './spreadsheet-text';
import { GuestListUnreadable } from './guest-list.errors';

const MAX_ROWS = 10_000;
const CHUNK_BYTES = 65_536;

/** One row by the names of the columns, which are in lower case with `_` for spaces. */
export interface CsvRow {
  /** Where the row begins; the header is line 1. */
  line: number;
  /** None when there is a problem. */
  fields: Record<string, string>;
  /** Set when the row has more or fewer cells than the header. */
  problem?: string;
}

/**
 * Reads the rows of a CSV file one by one (RFC 4180). The text is UTF-8, or what its byte order mark says; cells are
 * separated by the comma, semicolon or tab that the header has most of. Empty lines are passed over.
 *
 * @throws GuestListUnreadable
 */
export async function* readCsv(file: FileHandle): AsyncGenerator<CsvRow> {
  const { encoding, delimiter } = await sniff(file);
  const parser = parse({
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 100_000,
  });
  // The loop below is told of every error, of the file's as well as of the parser's.
  pipeline(Readable.from(decode(file, encoding)), parser, () => undefined);
  let header: string[] | undefined;
  let rows = 0;
  let countedTwice = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      // The parser tells where a row ends, and counts a CR LF within a cell as two lines.
      const breaks = record.flatMap((cell) => cell.match(/\r\n|\n|\r/g) ?? []);
      countedTwice += breaks.filter((one) => one === '\r\n').length;
      const line = info.lines - countedTwice - breaks.length;
      if (!header) header = columnNames(record);
      else {
        if (++rows > MAX_ROWS) throw new GuestListUnreadable(`it has more than ${MAX_ROWS} rows`, line);
        yield toRow(header, record, line);
      }
    }
  } catch (error) {
    throw unreadable(error);
  }
  if (!header) throw new GuestListUnreadable('it is empty');
}

function toRow(header: string[], record: string[], line: number): CsvRow {
  if (record.length !== header.length) {
    return { line, fields: {}, problem: `has ${record.length} cells, the header has ${header.length}` };
  }
  return {
    line,
    fields: Object.fromEntries(header.map((name, index) => [name, restored(record[index]!.trim())])),
  };
}

function columnNames(record: string[]): string[] {
  const names = record.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );
  const seen = new Set<string>();
  for (const name of names) {
    if (name !== '' && seen.has(name)) throw new GuestListUnreadable(`the column ${name} appears twice`, 1);
    seen.add(name);
  }
  return names;
}

async function sniff(file: FileHandle): Promise<{ encoding: string; delimiter: string }> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4_096), 0, 4_096, 0);
  const start = buffer.subarray(0, bytesRead);
  const encoding = encodingOf(start);
  const [header = ''] = new TextDecoder(encoding).decode(start).split(/\r|\n/, 1);
  const delimiters = [',', ';', '\t'].sort((a, b) => header.split(b).length - header.split(a).length);
  return { encoding, delimiter: delimiters[0]! };
}

function encodingOf(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

async function* decode(file: FileHandle, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const chunk of chunksOf(file)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** From the beginning, by position: a stream would close the file, which is read more than once. */
async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let position = 0;
  let bytesRead: number;
  do {
    ({ bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position));
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  } while (bytesRead > 0);
}

function unreadable(error: unknown): unknown {
  if (error instanceof CsvError) {
    const { lines } = error as { lines?: number };
    return new GuestListUnreadable(PROBLEMS[error.code] ?? 'it is not valid CSV', lines);
  }
  if ((error as { code?: string } | null)?.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return new GuestListUnreadable('it is neither UTF-8 nor UTF-16 with a byte order mark');
  }
  return error;
}

const PROBLEMS: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'a quote stands within a cell that is not quoted as a whole',
  INVALID_OPENING_QUOTE: 'a quote stands within a cell that is not quoted as a whole',
  CSV_MAX_RECORD_SIZE: 'a row is too long',
};
