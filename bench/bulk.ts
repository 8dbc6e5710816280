import type { Installation } from './installation';

const GUESTS = 10_000;

/** What a process does for many people at once, and how many seconds it took. */
export interface BulkTimes {
  start: number;
  linesExported: number;
  exportOfEvent: number;
  importOfGuests: number;
}

export async function measureBulk(installation: Installation): Promise<BulkTimes> {
  const { target } = installation;
  const event = `/events/${target.eventId}`;
  const start = await installation.restart();
  let linesExported = 0;
  const exportOfEvent = await timed(async () => {
    const response = await installation.fetch(`${event}/attendees/export`);
    for await (const bytes of response.body as AsyncIterable<Uint8Array>) linesExported += countLines(bytes);
  });
  const importOfGuests = await timed(async () => {
    const csv = guestList(`bulk.${Date.now()}`, target.ticketClassIds[0]);
    const response = await installation.fetch(`${event}/attendees/import`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/csv' },
      body: csv,
    });
    const { quantity } = (await response.json()) as { quantity?: number };
    if (quantity !== GUESTS)
      throw new Error(`The import issued ${quantity} tickets, with ${response.status}`);
  });
  return { start, linesExported, exportOfEvent, importOfGuests };
}

function guestList(prefix: string, ticketClassId: string): string {
  const rows = Array.from(
    { length: GUESTS },
    (_, n) => `${prefix}.${n}@example.org,Ada,Lovelace,${ticketClassId}`,
  );
  return ['email,first_name,last_name,ticket_class_id', ...rows].join('\n');
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

function countLines(bytes: Uint8Array): number {
  return bytes.reduce((count, byte) => count + Number(byte === 10), 0);
}
