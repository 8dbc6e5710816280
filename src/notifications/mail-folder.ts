import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Inject, Injectable } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../common/config/environment';
import { isId } from '../common/ids/ids';

const EXTENSION = '.eml';

/** `DATA_DIR/mail/`, where mail goes that no mail server gets: one file each, with the id of its outbox message. */
@Injectable()
export class MailFolder {
  private readonly path: string;

  constructor(@Inject(ENVIRONMENT) private readonly environment: Environment) {
    this.path = join(environment.dataDir, 'mail');
  }

  /** Writes a mail, in the place of an earlier copy of it. Returns the address at which it can be looked at. */
  async write(id: string, mail: Buffer): Promise<string> {
    await mkdir(this.path, { recursive: true });
    // Renamed when whole, so that nobody opens half a mail.
    await writeFile(`${this.fileOf(id)}.part`, mail);
    await rename(`${this.fileOf(id)}.part`, this.fileOf(id));
    if (!canBeLookedInto(this.environment)) return pathToFileURL(this.fileOf(id)).href;
    return `${this.environment.publicUrl}/dev/mail/${id}`;
  }

  /** Ids of the latest mails, in the order in which they were asked for, the last one first. */
  async latest(limit: number): Promise<string[]> {
    const files = await readdir(this.path).catch(() => []);
    return files
      .filter((file) => file.endsWith(EXTENSION))
      .map((file) => file.slice(0, -EXTENSION.length))
      .filter((id) => isId('outboxMessage', id))
      .sort()
      .reverse()
      .slice(0, limit);
  }

  async read(id: string): Promise<Buffer | null> {
    if (!isId('outboxMessage', id)) return null;
    return readFile(this.fileOf(id)).catch(() => null);
  }

  private fileOf(id: string): string {
    return join(this.path, `${id}${EXTENSION}`);
  }
}

/** Whether `/dev/mail` shows the folder: when mail goes there at all, and never in production. */
export function canBeLookedInto({ production, smtpUrl }: Environment): boolean {
  return !production && smtpUrl === undefined;
}
