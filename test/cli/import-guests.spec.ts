import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';

const CLI = join(__dirname, '../../src/cli.js');

describe('usher attendees import', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let folder: string;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
    folder = await mkdtemp(join(tmpdir(), 'usher-import-'));
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  async function importInto(event: TestEvent, csv: string, ...options: string[]) {
    const file = join(folder, 'guests.csv');
    await writeFile(file, csv);
    const args = ['attendees', 'import', file, '--organization', organization.id, '--event', event.id];
    return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        [CLI, ...args, '--ticket-class', event.ticketClass.id, ...options],
        { env: { PATH: process.env.PATH, DATABASE_URL: app.database.url, DATA_DIR: folder } },
        (error, stdout, stderr) => resolve({ code: error ? 1 : 0, stdout, stderr }),
      );
    });
  }

  it('issues the rows, and none twice when it is run again', async () => {
    const event = await organization.event();
    for (let time = 0; time < 2; time++) {
      expect(await importInto(event, 'email\na@example.org\nb@example.org\n', '--mode', 'good')).toEqual({
        code: 0,
        stdout: '2 of 2 rows issued.\n',
        stderr: '',
      });
    }
    expect(await organization.attendees(event)).toHaveLength(2);
    await app.expectNoDrift();
  });

  it('names the lines that cannot be issued and exits with 1', async () => {
    const event = await organization.event({ capacity: 1 });
    const { code, stdout, stderr } = await importInto(event, 'email\na@example.org\nb@example.org\n');
    expect(code).toBe(1);
    expect(stdout).toBe(
      'line 3: Not enough seats in event "Concert": 1 requested, no seats remain {"scope":"event","requested":1,"remaining":0}\n',
    );
    expect(stderr).toBe('Nothing was imported: 1 row cannot be issued\n');
    expect(await organization.attendees(event)).toEqual([]);
  });
});
