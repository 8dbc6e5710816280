import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiProcess, Installation } from '../support/installation';
import { createEvent, type TestEvent } from '../support/organization';
import { openSocket } from '../support/raw-http';
import { until } from '../support/until';

jest.setTimeout(120_000);

describe('a guest list that is uploaded', () => {
  let installation: Installation;
  let folder: string;
  let api: ApiProcess;
  let event: TestEvent;

  beforeEach(async () => {
    installation = await Installation.create();
    folder = await mkdtemp(join(tmpdir(), 'usher-uploads-'));
    api = await installation.startApi({ TMPDIR: folder });
    event = await createEvent(api.client);
  });
  afterEach(async () => {
    await installation.close();
    await rm(folder, { recursive: true, force: true });
  });

  const path = () => `/events/${event.id}/attendees/import?ticket_class_id=${event.ticketClass.id}`;

  it('is not left on the disk by a process that dies', async () => {
    const release = await installation.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [
      event.id,
    ]);
    const answer = api.client.upload(path(), 'email\nada@example.org\n').then(
      () => 'answered',
      () => 'cut off',
    );
    await installation.database.untilBlocked();
    await api.stop('SIGKILL');
    await release();
    expect(await answer).toBe('cut off');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is no fault of the server when it breaks off', async () => {
    const socket = openSocket(api.url);
    socket.write(
      `POST /api/v1${path()} HTTP/1.1\r\nHost: x\r\nX-API-KEY: ${installation.apiKey}\r\n` +
        'Expect: 100-continue\r\nContent-Type: text/csv\r\nContent-Length: 1000\r\n\r\nemail\n',
    );
    await once(socket, 'data');
    socket.destroy();
    await until(() => api.output().includes('/attendees/import'), 'It was not logged');
    await api.client.get('/me').expect(200);
    await until(() => api.output().includes('/api/v1/me'), 'The next request was not logged');
    expect(api.output()).not.toContain('Request failed');
  });
});
