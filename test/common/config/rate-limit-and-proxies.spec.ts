import { loadEnvironment } from '../../../src/common/config/environment';

describe('RATE_LIMIT', () => {
  it.each([
    [undefined, { quota: 20000, windowSeconds: 10 }],
    ['600/10s', { quota: 600, windowSeconds: 10 }],
    ['1/1m', { quota: 1, windowSeconds: 60 }],
    ['1000000/24h', { quota: 1_000_000, windowSeconds: 86_400 }],
    ['off', undefined],
    ['OFF', undefined],
  ])('%s is %j', (text, limit) => {
    expect(loadEnvironment({ RATE_LIMIT: text }).rateLimit).toEqual(limit);
  });

  it.each(['600', '600/s', '0/10s', '600/0s', '-1/10s', '600/10d', '600/25h', '6e2/10s', 'on', '600/10s;'])(
    'cannot be %s',
    (text) => {
      expect(() => loadEnvironment({ RATE_LIMIT: text })).toThrow(/RATE_LIMIT must be .* like `600\/10s`/);
    },
  );
});

describe('TRUST_PROXY', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    ['loopback', ['loopback']],
    ['10.0.0.0/8, 192.168.1.1', ['10.0.0.0/8', '192.168.1.1']],
    ['uniquelocal,2001:db8::/32', ['uniquelocal', '2001:db8::/32']],
    ['128.0.0.0/1, ::1', ['128.0.0.0/1', '::1']],
  ])('%s is %j', (text, trusted) => {
    expect(loadEnvironment({ TRUST_PROXY: text }).trustProxy).toEqual(trusted);
  });

  it.each([
    'true',
    '-1',
    '10.0.0.0/33',
    '0.0.0.0/0',
    '::/0',
    '2001:db8::/129',
    '10.0.0',
    'proxy.example.org',
    '1,,2',
    '10.0.0.0/8/8',
  ])('cannot be %s', (text) => {
    expect(() => loadEnvironment({ TRUST_PROXY: text })).toThrow(/TRUST_PROXY must be a number of hops/);
  });
});
