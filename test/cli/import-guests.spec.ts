import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp, type TestApp } from '../support/app';
import { runCommand } from '../support/cli';
import type { TestEvent, TestOrganization } from '../support/organization';
import { runToEnd } from '../support/process';

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
    return runCommand([...(await commandFor(event, csv)), ...options], variables());
  }

  async function commandFor(event: TestEvent, csv: string): Promise<string[]> {
    const file = join(folder, 'guests.csv');
    await writeFile(file, csv);
    const of = ['--organization', organization.id, '--event', event.id];
    return ['attendees', 'import', file, ...of, '--ticket-class', event.ticketClass.id];
  }

  const variables = () => ({ DATABASE_URL: app.database.url, DATA_DIR: folder });

  it.each(['all', 'good'])('issues %s rows, and none twice when it is run again', async (mode) => {
    const [event, another] = [await organization.event(), await organization.event()];
    for (const into of [event, event, another]) {
      expect(await importInto(into, 'email\na@example.org\nb@example.org\n', '--mode', mode)).toEqual({
        code: 0,
        stdout: '2 of 2 rows issued.\n',
        stderr: '',
      });
    }
    expect(await organization.attendees(event)).toHaveLength(2);
    await app.expectNoDrift();
  });

  it('refuses a file that was imported with other options, and imports it anew with another key', async () => {
    const event = await organization.event();
    const csv = 'email\na@example.org\n';
    await importInto(event, csv);
    expect(await importInto(event, csv, '--mode', 'good')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'This file was imported with other options; use --key to import it anew\n',
    });
    expect(await importInto(event, csv, '--key', 'anew')).toMatchObject({ code: 0 });
    expect(await organization.attendees(event)).toHaveLength(2);
  });

  it('imports no file again whose report is gone', async () => {
    const event = await organization.event();
    const csv = 'email\na@example.org\n';
    await importInto(event, csv);
    await app.database.query('UPDATE idempotency_records SET body = NULL WHERE organization_id = $1', [
      organization.id,
    ]);
    expect(await importInto(event, csv)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'This file was imported, and its report has been erased since\n',
    });
    expect(await organization.attendees(event)).toHaveLength(1);
  });

  it('changes nothing in a dry run, so that it can be followed by the import', async () => {
    const event = await organization.event();
    const { stdout } = await importInto(event, 'email\na@example.org\n', '--dry-run');
    expect(stdout).toBe('1 of 1 rows would be issued.\n');
    expect(await organization.attendees(event)).toEqual([]);
    expect((await importInto(event, 'email\na@example.org\n')).stdout).toBe('1 of 1 rows issued.\n');
  });

  it('shows a bar on a terminal', async () => {
    const event = await organization.event();
    const terminal = join(folder, 'terminal.js');
    await writeFile(terminal, 'process.stderr.isTTY = true;');
    const rows = Array.from({ length: 65 }, (_, index) => `guest${index}@example.org`);
    const csv = ['email', ...rows].join('\n');
    const { stderr } = await runToEnd('cli', await commandFor(event, csv), {
      ...variables(),
      NODE_OPTIONS: `--require=${terminal}`,
    });
    expect(stderr).toBe(`\r[${'#'.repeat(30)}] 64/65 rows` + `\r[${'#'.repeat(30)}] 65/65 rows\n`);
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
