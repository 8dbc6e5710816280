import { once } from 'node:events';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CsvUploadGuard } from '../../src/attendees/guest-list/csv-upload.guard';
import { Authenticator } from '../../src/common/auth/authenticator';
import { startApp, type TestApp } from '../support/app';
import { openSocket } from '../support/raw-http';
import { until } from '../support/until';

describe('An upload whose client hangs up while its key is looked up', () => {
  const { TMPDIR } = process.env;
  let app: TestApp;
  let folder: string;

  beforeAll(async () => {
    app = await startApp();
    folder = await mkdtemp(join(tmpdir(), 'usher-uploads-'));
    process.env.TMPDIR = folder;
  });
  afterAll(async () => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    jest.restoreAllMocks();
    await app.close();
    await rm(folder, { recursive: true });
  });

  it('leaves no file, nor one that is open', async () => {
    const organization = await app.organization();
    const event = await organization.event();
    const authenticator = app.nest.get(Authenticator);
    const caller = await authenticator.authenticate(organization.client.apiKey!);
    let find!: () => void;
    const lookUp = new Promise<typeof caller>((resolve) => (find = () => resolve(caller)));
    const lookedUp = jest.spyOn(authenticator, 'authenticate').mockReturnValue(lookUp);
    const received = jest.spyOn(CsvUploadGuard.prototype, 'canActivate');

    const requested = once(app.nest.getHttpServer(), 'request');
    const socket = openSocket(app.url);
    socket.write(
      [
        `POST /api/v1/events/${event.id}/attendees/import HTTP/1.1`,
        'Host: localhost',
        `X-API-KEY: ${organization.client.apiKey}`,
        'Content-Type: text/csv',
        'Content-Length: 1000',
        '',
        'email\r\n',
      ].join('\r\n'),
    );
    const [, response] = (await requested) as [IncomingMessage, ServerResponse];
    await until(() => lookedUp.mock.calls.length > 0, 'The key is not looked up');
    socket.destroy();
    await once(response, 'close');
    find();
    await until(() => received.mock.calls.length > 0, 'The upload is not taken');
    await expect(received.mock.results[0]!.value).rejects.toThrow();
    expect(await openUploads()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });
});

/** Files that this process holds open, which may have no name any more. */
async function openUploads(): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd');
  const files = await Promise.all(numbers.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return files.filter((file) => file.includes('usher-upload-'));
}
