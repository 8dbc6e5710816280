import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a newcomer needs to try Usher out. */
export interface Demo {
  apiKey: string;
  eventId: string;
  ticketClassId: string;
}

const VARIABLES: Record<keyof Demo, string> = {
  apiKey: 'USHER_API_KEY',
  eventId: 'USHER_EVENT_ID',
  ticketClassId: 'USHER_TICKET_CLASS_ID',
};

/** Keeps the demo as shell variables in `DATA_DIR/demo.env`: the database holds no key that could be shown again. */
export class DemoFile {
  constructor(private readonly dataDir: string) {}

  async write(demo: Demo): Promise<void> {
    await mkdir(this.dataDir, { recursive: true });
    const lines = Object.entries(VARIABLES).map(([field, name]) => `${name}=${demo[field as keyof Demo]}\n`);
    await writeFile(`${this.path}.part`, lines.join(''), { mode: 0o600 });
    await rename(`${this.path}.part`, this.path);
  }

  async read(): Promise<Demo | null> {
    const text = await readFile(this.path, 'utf8').catch(() => '');
    const found = Object.entries(VARIABLES).map(([field, name]) => {
      return [field, new RegExp(`^${name}=(.+)$`, 'm').exec(text)?.[1]] as const;
    });
    return found.every(([, value]) => value) ? (Object.fromEntries(found) as unknown as Demo) : null;
  }

  private get path(): string {
    return join(this.dataDir, 'demo.env');
  }
}
