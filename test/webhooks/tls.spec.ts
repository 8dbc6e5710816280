import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';
import type { Attempt } from '../../src/webhooks/webhook-delivery.entity';
import { HostResolver } from '../../src/webhooks/target/host-resolver';
import { startApp, type TestApp } from '../support/app';
import { type Receiver, startReceiver } from '../support/receiver';
import { REPOSITORY } from '../support/repository';

const HOST = 'hooks.example.test';

const readCertificate = (name: string): Promise<string> =>
  readFile(join(REPOSITORY, 'test/webhooks/certificates', `${name}.pem`), 'utf8');

describe('Webhooks over TLS', () => {
  let app: TestApp;
  let lookedUp: jest.SpyInstance;
  let receiver: Receiver;
  /** Hosts that clients asked the receiver for (SNI). */
  let askedFor: string[];

  beforeAll(async () => {
    app = await startApp({ WEBHOOK_PRIVATE_TARGETS: 'allow' });
    trust(await readCertificate('authority'));
    lookedUp = jest.spyOn(app.nest.get(HostResolver), 'resolve').mockResolvedValue(['127.0.0.1']);
  });
  beforeEach(() => {
    askedFor = [];
    lookedUp.mockClear();
  });
  afterEach(() => receiver.close());
  afterAll(async () => {
    jest.restoreAllMocks();
    await app.close();
  });

  it('go to the address that was looked up, and ask there for the certificate of the host', async () => {
    await receiveWith('good');
    const attempt = await tried('/tls');
    expect(attempt).toMatchObject({ response_code: 204, error: null });
    expect(receiver.received).toMatchObject([
      { path: '/tls', headers: { host: `${HOST}:${receiver.port}`, 'webhook-id': expect.any(String) } },
    ]);
    expect(askedFor).toEqual([HOST]);
    expect(lookedUp.mock.calls.map(([host]) => host as string)).toEqual([HOST]);
  });

  it.each([
    ['other-host', 'its certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)'],
    ['expired', 'its certificate has expired (CERT_HAS_EXPIRED)'],
    [
      'unknown-authority',
      'its certificate is of an unknown authority, or an intermediate one is missing (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    ],
  ])('are not sent to one who shows a certificate of %s', async (certificate, reason) => {
    await receiveWith(certificate);
    const attempt = await tried('/tls');
    expect(attempt).toMatchObject({ response_code: null, error: `The connection failed: ${reason}` });
    expect(askedFor).toEqual([HOST]);
    expect(receiver.received).toEqual([]);
  });

  it('do not follow a redirect, not even to the same host', async () => {
    await receiveWith('good');
    const location = `https://${HOST}:${receiver.port}/elsewhere`;
    receiver.answer = { status: 307, headers: { location } };
    const attempt = await tried('/moved');
    expect(attempt).toMatchObject({
      response_code: 307,
      error: 'It answered 307; redirects are not followed',
    });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/moved']);
  });

  async function receiveWith(certificate: string): Promise<void> {
    const SNICallback: tls.TlsOptions['SNICallback'] = (host, done) => {
      askedFor.push(host);
      done(null);
    };
    const [cert, key] = await Promise.all([readCertificate(certificate), readCertificate('key')]);
    receiver = await startReceiver({ cert, key, SNICallback });
  }

  /** The first attempt of a test message, as the delivery log has it. */
  async function tried(path: string): Promise<Attempt> {
    const organization = await app.organization();
    const { id } = await organization.webhookEndpoint({ url: `https://${HOST}:${receiver.port}${path}` });
    return organization.firstAttempt(id);
  }
});

/** What NODE_EXTRA_CA_CERTS does when Node starts, and nothing more: certificates are checked as ever. */
function trust(authority: string): void {
  const { createSecureContext } = tls;
  jest
    .spyOn(tls, 'createSecureContext')
    .mockImplementation((options) => createSecureContext({ ca: authority, ...options }));
}
