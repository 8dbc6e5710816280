import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiProcess, Installation } from '../support/installation';
import { createEvent, type TestEvent } from '../support/organization';

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
});
