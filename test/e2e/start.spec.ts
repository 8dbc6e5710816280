import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '../support/client';
import { pathWithCurl } from '../support/curl';
import { runToEnd, startCommand, startProcess, type UsherProcess } from '../support/process';
import { freePort } from '../support/free-port';
import { openSocket } from '../support/raw-http';
import { REPOSITORY } from '../support/repository';
import { until } from '../support/until';

jest.setTimeout(120_000);

describe('Usher on a machine with nothing but Node', () => {
  let folder: string;
  let path: string;
  let variables: Record<string, string>;
  let usher: UsherProcess | undefined;
  let printed: Printed;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'usher-start-'));
    path = await pathWithCurl(join(folder, 'bin'));
    variables = { DATA_DIR: join(folder, 'data'), PORT: String(await freePort()) };
  });
  afterAll(async () => {
    await usher?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it('prints what a newcomer needs, and the printed command works as it is', async () => {
    usher = await startProcess({ ...variables, LOG_FORMAT: 'pretty' }, 'main', { inOwnGroup: true });
    printed = read(usher.output());
    const base = `http://localhost:${variables.PORT}`;
    expect(printed).toMatchObject({ docs: `${base}/docs`, ticketPage: `${base}/t/{token}` });
    expect((await fetch(printed.docs)).status).toBe(200);

    const answer = JSON.parse(await shell(printed.curl)) as { data: unknown[]; tickets_url: string };
    expect(answer).toMatchObject({
      quantity: 2,
      data: [
        { email: 'ada@example.org', status: 'valid' },
        { email: 'ada@example.org', status: 'valid' },
      ],
    });
    expect(answer.tickets_url).toMatch(new RegExp(`^${base}/t/[\\w-]{22,}$`));

    const link = () => /Mail written: (\S+)/.exec(usher!.output())?.[1];
    await until(() => link() !== undefined, 'No mail was written');
    expect(link()).toMatch(new RegExp(`^${base}/dev/mail/msg_\\w+$`));
    expect(await (await fetch(link()!)).text()).toContain('Your 2 tickets for Demo Night');
    expect(printed.mail).toBe(`${base}/dev/mail`);
  });

  it('administers beside the running server', async () => {
    const created = await cli('organizations', 'create', '--name', 'Second', '--json');
    expect(created).toMatchObject({ code: 0, stderr: '' });
    expect(created.stdout).toMatch(/^{.*}\n$/);
    const organization = JSON.parse(created.stdout) as { organization_id: string; api_key: string };
    const { body: me } = await new Client(usher!.url, organization.api_key).get('/me').expect(200);
    expect(me.organization).toMatchObject({ id: organization.organization_id, name: 'Second' });

    const options = [
      '--organization',
      organization.organization_id,
      '--name',
      'Door',
      '--scopes',
      'events:read',
    ];
    const made = await cli('api-keys', 'create', ...options, '--json');
    const { api_key } = JSON.parse(made.stdout) as { api_key: string };
    await new Client(usher!.url, api_key).get('/events').expect(200);
    await new Client(usher!.url, api_key).get('/contacts').expect(403);

    expect(await cli('reconcile')).toEqual({
      code: 0,
      stdout: 'Every seat counter agrees with the tickets.\n',
      stderr: '',
    });
  });

  it('stops with Ctrl-C, its database too', async () => {
    expect(await serverPid()).toBeDefined();
    // As browsers open some ahead of need.
    await once(openSocket(usher!.url), 'connect');
    expect(await usher!.interrupt()).toBe(0);
    expect(await serverPid()).toBeUndefined();
  });

  it('keeps everything over a second start, and prints the same key', async () => {
    const before = await shell(printed.curl).catch(() => 'nobody listens');
    expect(before).toBe('nobody listens');

    usher = await startProcess(variables);
    expect(read(usher.output())).toEqual(printed);
    const again = JSON.parse(await shell(printed.curl)) as { data: { event_id: string }[] };
    const { body: event } = await new Client(usher.url, printed.apiKey)
      .get(`/events/${again.data[0]!.event_id}`)
      .expect(200);
    expect(event.tickets_sold).toBe(2);
    expect(await readdir(join(variables.DATA_DIR!, 'mail'))).toHaveLength(1);
  });

  it('starts again after kill -9', async () => {
    await usher!.stop('SIGKILL');
    expect(await serverPid()).toBeDefined();

    usher = await startProcess(variables);
    expect(read(usher.output())).toEqual(printed);
    expect(await usher.stop('SIGTERM')).toBe(0);
    expect(await serverPid()).toBeUndefined();
  });

  it('administers without a server, and leaves none behind', async () => {
    expect(await cli('reconcile')).toMatchObject({ code: 0, stderr: '' });
    expect(await serverPid()).toBeUndefined();
  });

  it('leaves no database behind when a command is broken off', async () => {
    const file = join(folder, 'guests.csv');
    await promisify(execFile)('mkfifo', [file]);
    const args = ['attendees', 'import', file, '--organization', 'org_x', '--event', 'evt_x'];
    const command = startCommand(args, { DATA_DIR: variables.DATA_DIR! });
    let guests: FileHandle | undefined;
    // Without somebody who reads it, it cannot be opened like this.
    const isRead = () =>
      open(file, constants.O_WRONLY | constants.O_NONBLOCK).then((opened) => (guests = opened));
    await command.until(() => isRead().then(Boolean, () => false), 'The import');
    expect(await serverPid()).toBeDefined();

    expect(await command.end('SIGINT')).toBeNull();
    expect(command.child.signalCode).toBe('SIGINT');
    expect(await serverPid()).toBeUndefined();
    await guests!.close();
  });

  it('stops its database when the terminal is closed', async () => {
    usher = await startProcess(variables);
    expect(await usher.stop('SIGHUP')).toBe(0);
    expect(await serverPid()).toBeUndefined();
  });

  it('tells which migrations have run without a server, and leaves none behind', async () => {
    const env = { PATH: process.env.PATH, DATA_DIR: variables.DATA_DIR };
    const npm = ['run', 'typeorm', '--', 'migration:show'];
    const { stdout } = await promisify(execFile)('npm', npm, { cwd: REPOSITORY, env });
    expect(stdout).toContain('[X]');
    expect(await serverPid()).toBeUndefined();
  });

  it('stops its database when it cannot listen', async () => {
    const other = createServer().listen(Number(variables.PORT), '127.0.0.1');
    await once(other, 'listening');
    expect(await runToEnd('main', [], variables)).toEqual({
      code: 1,
      stdout: '',
      stderr: `Usher cannot start: port ${variables.PORT} of 127.0.0.1 is in use. Set PORT to a free one.\n`,
    });
    expect(await serverPid()).toBeUndefined();
    other.close();
  });

  function cli(...args: string[]) {
    return runToEnd('cli', args, { DATA_DIR: variables.DATA_DIR! });
  }

  async function shell(command: string): Promise<string> {
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: { PATH: path } });
    return stdout;
  }

  async function serverPid(): Promise<number | undefined> {
    const file = join(variables.DATA_DIR!, 'postgres', 'postmaster.pid');
    const recorded = await readFile(file, 'utf8').catch(() => undefined);
    return recorded === undefined ? undefined : Number.parseInt(recorded, 10);
  }
});

interface Printed {
  docs: string;
  apiKey: string;
  ticketPage: string;
  mail: string;
  curl: string;
}

function read(output: string): Printed {
  const line = (title: string) => new RegExp(`^ +${title} +(\\S+)`, 'm').exec(output)?.[1] ?? '';
  const [curl = ''] = /^ +curl .*\\\n(?:.*\\\n)*.*$/m.exec(output) ?? [];
  return {
    docs: line('API docs'),
    apiKey: line('API key'),
    ticketPage: line('Ticket page').replace(/,$/, ''),
    mail: line('Mail'),
    curl,
  };
}
