import { nextAttemptAt } from '../../src/webhooks/retry-schedule';
import { type Attempt, newDelivery, type WebhookDelivery } from '../../src/webhooks/webhook-delivery.entity';
import { WebhookEndpoint } from '../../src/webhooks/webhook-endpoint.entity';

const NOW = new Date('2026-05-26T12:00:00.000Z');
const HOUR = 3_600_000;
const after = (hours: number): Date => new Date(NOW.getTime() + hours * HOUR);

const attempt = (response_code: number | null): Attempt => ({
  at: NOW.toISOString(),
  duration_ms: 1,
  response_code,
  error: response_code === 200 ? null : 'Failed',
  response_excerpt: null,
});

describe('A webhook delivery', () => {
  let delivery: WebhookDelivery;

  beforeEach(() => {
    const message = { organizationId: 'org', endpointId: 'whk', type: 'event.created', payload: '{}' };
    delivery = newDelivery({ ...message, contactId: null, byHand: false }, NOW);
  });

  it('is tried ten times in three days and given up then', () => {
    const waits: number[] = [];
    let now = NOW;
    while (delivery.status === 'pending') {
      expect(delivery.isDue(now)).toBe(true);
      delivery.noteAttempt(attempt(500), now);
      if (!delivery.nextAttemptAt) break;
      expect(delivery.isDue(now)).toBe(false);
      waits.push((delivery.nextAttemptAt.getTime() - now.getTime()) / 1_000);
      now = delivery.nextAttemptAt;
    }
    expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 72_000]);
    expect(now.getTime() - NOW.getTime()).toBeGreaterThan(71 * HOUR);
    expect(now.getTime() - NOW.getTime()).toBeLessThan(73 * HOUR);
    expect(delivery).toMatchObject({ status: 'failed', failures: 10, nextAttemptAt: null });
    expect(nextAttemptAt(10, NOW)).toBeUndefined();
  });

  it('is given up at once by an endpoint that is gone', () => {
    delivery.noteAttempt(attempt(410), NOW);
    expect(delivery).toMatchObject({ status: 'failed', nextAttemptAt: null });
  });

  it('stays delivered when a second attempt fails that was under way', () => {
    delivery.noteAttempt(attempt(200), NOW);
    delivery.noteAttempt(attempt(null), NOW);
    expect(delivery).toMatchObject({ status: 'delivered', nextAttemptAt: null });
    expect(delivery.attempts).toHaveLength(2);
  });

  it('keeps the latest twenty attempts, and starts over as often as asked', () => {
    for (let count = 0; count < 30; count++) {
      delivery.startOver(NOW);
      expect(delivery).toMatchObject({ byHand: true, nextAttemptAt: NOW });
      delivery.noteAttempt({ ...attempt(500), duration_ms: count }, NOW);
      expect(delivery).toMatchObject({ status: 'pending', failures: 1, byHand: false });
    }
    expect(delivery.attempts.map(({ duration_ms }) => duration_ms)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 10),
    );
  });
});

describe('A webhook endpoint', () => {
  let endpoint: WebhookEndpoint;

  beforeEach(() => {
    endpoint = Object.assign(new WebhookEndpoint(), {
      secret: 'whsec_first',
      previousSecret: null,
      previousSecretExpiresAt: null,
      failingSince: null,
      lastFailureAt: null,
      disabledAt: null,
      disabledReason: null,
    });
  });

  it('signs with the old secret too for a day, and with two at most', () => {
    endpoint.rotate('whsec_second', NOW);
    expect(endpoint.secretsAt(after(23))).toEqual(['whsec_second', 'whsec_first']);
    expect(endpoint.secretsAt(after(24))).toEqual(['whsec_second']);
    endpoint.rotate('whsec_third', after(1));
    expect(endpoint.secretsAt(after(2))).toEqual(['whsec_third', 'whsec_second']);
  });

  it('is disabled by the failure that comes five days after the first, once', () => {
    expect(endpoint.noteFailure(500, NOW)).toBe(false);
    expect(endpoint.noteFailure(null, after(119))).toBe(false);
    expect(endpoint).toMatchObject({ status: 'enabled', failingSince: NOW, lastFailureAt: after(119) });
    expect(endpoint.noteFailure(500, after(120))).toBe(true);
    expect(endpoint).toMatchObject({ status: 'disabled', disabledReason: 'failing', disabledAt: after(120) });
    expect(endpoint.noteFailure(410, after(121))).toBe(false);
    expect(endpoint.disabledReason).toBe('failing');
    endpoint.enable();
    expect(endpoint.noteFailure(500, after(122))).toBe(false);
  });

  it('is disabled when it says that it is gone', () => {
    expect(endpoint.noteFailure(410, NOW)).toBe(true);
    expect(endpoint).toMatchObject({ disabledReason: 'gone', disabledAt: NOW });
  });
});
