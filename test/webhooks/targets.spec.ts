import { Resolver } from 'node:dns/promises';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { isPublic } from '../../src/webhooks/target/addresses';
import { HostResolver } from '../../src/webhooks/target/host-resolver';
import { startApp, type TestApp } from '../support/app';
import { startDistantReceiver } from '../support/distant-receiver';
import type { TestOrganization } from '../support/organization';
import { type Receiver, startReceiver } from '../support/receiver';
import { until } from '../support/until';

describe('An address', () => {
  it.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1'],
    ...['127.255.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1'],
    ...['192.88.99.1', '192.168.1.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.1.1.1'],
    ...['240.0.0.1', '255.255.255.255', '168.63.129.16', '100.100.100.200'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:a00:1', '::7f00:1', '64:ff9b::7f00:1'],
    ...['64:ff9b::808:808', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1'],
    ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'fec0::1', 'ff02::1', '5f00::1'],
  ])('%s is not public', (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it.each([
    ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.1', '100.63.255.255', '100.128.0.1', '172.15.0.1'],
    ...['172.32.0.1', '192.167.1.1', '192.169.1.1', '223.255.255.255', '169.253.1.1', '168.63.129.17'],
    ...['2606:4700:4700::1111', '2001:4860:4860::8888', '2a00:1450::1', '2003::1'],
  ])('%s is public', (address) => {
    expect(isPublic(address)).toBe(true);
  });
});

describe('Webhooks where private targets are refused', () => {
  let app: TestApp;
  let receiver: Receiver;
  let organization: TestOrganization;
  let resolve: jest.SpyInstance<Promise<string[]>, [host: string, signal: AbortSignal]>;

  beforeAll(async () => {
    app = await startApp({ WEBHOOK_PRIVATE_TARGETS: 'refuse' });
    receiver = await startReceiver();
    organization = await app.organization();
  });
  beforeEach(() => {
    resolve = jest.spyOn(app.nest.get(HostResolver), 'resolve');
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await app.close();
    await receiver.close();
  });

  const refusalOf = async (url: string): Promise<unknown> => {
    const { body } = await organization.client.post('/webhook-endpoints', { url }).expect(400);
    return body.details.fieldErrors;
  };

  it.each([
    ...[
      'https://127.0.0.1/',
      'https://127.1/',
      'https://2130706433/',
      'https://0x7f000001/',
      'https://017700000001/',
    ],
    ...[
      'https://0177.0.0.1/',
      'https://0/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[::]/',
    ],
    ...['https://[64:ff9b::7f00:1]/', 'https://10.1.2.3:8443/', 'https://169.254.169.254/latest/meta-data/'],
    ...['https://localhost/', 'https://LOCALHOST./', 'https://api.localhost/', 'https://１２７.0.0.1/'],
  ])('do not take %s, whatever a name server says', async (url) => {
    resolve.mockResolvedValue(['1.1.1.1']);
    expect(await refusalOf(url)).toEqual({ url: ['must not lead to a private address'] });
  });

  it.each([
    ['http://hooks.example.org/', 'must be an https:// URL'],
    ['ftp://hooks.example.org/', 'must be an https:// URL'],
    ['file:///etc/passwd', 'must be an https:// URL'],
    ['javascript:alert(1)', 'must be an https:// URL'],
    ['https://', 'must be an https:// URL'],
    [' https://hooks.example.org/', 'must be an https:// URL'],
    ['https://hooks.example.org/\r\nHost: evil', 'must be an https:// URL'],
    ['https://ada:secret@hooks.example.org/', 'must not contain a user name or password'],
    ['https://hooks.example.org:25/', 'must have the port 80, 443 or one from 1024'],
    [`https://hooks.example.org/${'x'.repeat(2_000)}`, 'must not be longer than 2000 characters'],
  ])('do not take %j: it %s', async (url, problem) => {
    resolve.mockResolvedValue(['1.1.1.1']);
    expect(await refusalOf(url)).toEqual({ url: [problem] });
  });

  it('do not take a host of which one address is private, neither at first nor by PATCH', async () => {
    resolve.mockResolvedValue(['1.1.1.1', '10.0.0.1']);
    expect(await refusalOf('https://hooks.example.org/')).toEqual({
      url: ['must not lead to a private address'],
    });
    resolve.mockResolvedValue(['1.1.1.1', '2606:4700:4700::1111']);
    const { id } = await organization.webhookEndpoint({
      url: 'https://hooks.example.org/',
      status: 'disabled',
    });
    resolve.mockResolvedValue(['fd00::1']);
    const changes = { url: 'https://inside.example.org/' };
    await organization.client.patch(`/webhook-endpoints/${id}`, changes).expect(400);
  });

  it('take a host that has no address yet', async () => {
    resolve.mockResolvedValue([]);
    const { id } = await organization.webhookEndpoint({ url: 'https://soon.example.org/' });
    const tried = await organization.firstAttempt(id);
    expect(tried).toMatchObject({ response_code: null, error: 'The host has no address' });
  });

  it('tell a host that has no address from one whose name servers fail', async () => {
    const answer = (code: string) => Object.assign(new Error(code), { code, syscall: 'queryA' });
    const v4 = jest.spyOn(Resolver.prototype, 'resolve4').mockRejectedValue(answer('ESERVFAIL'));
    const v6 = jest.spyOn(Resolver.prototype, 'resolve6').mockRejectedValue(answer('ENODATA'));
    const { id } = await organization.webhookEndpoint({ url: 'https://hooks.example.org/' });
    const problem = async () => (await organization.firstAttempt(id)).error;
    expect(await problem()).toBe('The name servers of the host failed: ESERVFAIL');

    v4.mockRejectedValue(answer('ENOTFOUND'));
    expect(await problem()).toBe('The host has no address');
    v6.mockRejectedValue(answer('ETIMEOUT'));
    v4.mockResolvedValue(['127.0.0.1']);
    expect(await problem()).toBe('The host has a private address');
  });

  it('are not sent to a host that was public and has become private (DNS rebinding)', async () => {
    resolve.mockResolvedValue(['1.1.1.1']);
    const url = `https://rebind.example.org:${receiver.port}/`;
    const { id } = await organization.webhookEndpoint({ url });
    resolve.mockResolvedValue(['127.0.0.1']);
    const tried = await organization.firstAttempt(id);
    expect(tried).toMatchObject({ response_code: null, error: 'The host has a private address' });
    expect(receiver.received).toEqual([]);
  });

  it('are not sent to a private address that was taken while it was allowed', async () => {
    resolve.mockResolvedValue(['1.1.1.1']);
    const { id } = await organization.webhookEndpoint({ url: 'https://hooks.example.org/' });
    const change = 'UPDATE webhook_endpoints SET url = $2 WHERE id = $1';
    await app.database.query(change, [id, receiver.url]);
    expect(await organization.firstAttempt(id)).toMatchObject({ error: 'The URL must be an https:// URL' });
    await app.database.query(change, [id, receiver.url.replace('http:', 'https:')]);
    expect(await organization.firstAttempt(id)).toMatchObject({ error: 'The host has a private address' });
    expect(receiver.received).toEqual([]);
  });
});

describe('Webhooks where private targets are allowed', () => {
  let app: TestApp;
  let receiver: Receiver;

  beforeAll(async () => {
    app = await startApp({ WEBHOOK_PRIVATE_TARGETS: 'allow' });
    receiver = await startReceiver();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await app.close();
    await receiver.close();
  });

  it('go to the address that was looked up for the attempt, and nobody looks again', async () => {
    const resolve = jest.spyOn(app.nest.get(HostResolver), 'resolve').mockResolvedValue(['127.0.0.1']);
    const organization = await app.organization();
    const url = `http://rebind.example.org:${receiver.port}/pinned`;
    const { id } = await organization.webhookEndpoint({ url });
    await organization.client.post(`/webhook-endpoints/${id}/test`).expect(202);
    const [received] = await receiver.untilReceived(1);
    expect(received).toMatchObject({
      path: '/pinned',
      headers: { host: `rebind.example.org:${receiver.port}` },
    });
    expect(resolve.mock.calls.map(([host]) => host)).toEqual(['rebind.example.org']);
  });

  it('have time to reach a host that is far away and has many more addresses, none of which answers', async () => {
    const receiver = await startDistantReceiver();
    const others = Array.from({ length: 18 }, (_, n) => `2001:db8::${n + 1}`);
    const resolve = jest
      .spyOn(app.nest.get(HostResolver), 'resolve')
      .mockResolvedValue(['127.0.0.1', ...others]);
    const organization = await app.organization();
    const { id } = await organization.webhookEndpoint({ url: `http://hooks.example.org:${receiver.port}/` });
    const attempt = organization.firstAttempt(id);
    await until(() => resolve.mock.calls.length === 1, 'It was not tried');
    receiver.wake();
    expect(await attempt).toMatchObject({ response_code: 204, error: null });
    await receiver.close();
  });

  it('have time for the second address when the first does not answer and the name server was slow', async () => {
    const asleep = await startDistantReceiver();
    const awake = createServer((_, response) => response.writeHead(204).end()).listen(
      asleep.port,
      '127.0.0.2',
    );
    jest
      .spyOn(app.nest.get(HostResolver), 'resolve')
      .mockImplementation(() => setTimeout(3_000, ['127.0.0.1', '127.0.0.2']));
    const organization = await app.organization();
    const { id } = await organization.webhookEndpoint({ url: `http://hooks.example.org:${asleep.port}/` });
    const attempt = await organization.firstAttempt(id);
    awake.close();
    await asleep.close();
    expect(attempt).toMatchObject({ response_code: 204, error: null });
  });

  it('end in their time even when something below them never does', async () => {
    jest.spyOn(app.nest.get(HostResolver), 'resolve').mockReturnValue(new Promise(() => undefined));
    const organization = await app.organization();
    const { id } = await organization.webhookEndpoint({ url: 'http://hooks.example.org/' });
    expect(await organization.firstAttempt(id)).toMatchObject({
      response_code: null,
      error: 'No answer within 5 seconds',
    });
  });
});
