import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import Redis from 'ioredis';
import { PinoLogger } from 'nestjs-pino';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { ENVIRONMENT, type Environment } from '../config/environment';
import type { RateLimit } from '../config/formats';
import { describeFault } from '../errors/fault';

/** How long a request may wait for Redis. It happens to those under way when Redis falls silent, and to no later one. */
const REDIS_MS = 500;

/** What a payer has left of its quota. */
export interface Allowance {
  allowed: boolean;
  remaining: number;
  /** Until the quota is whole again. */
  resetSeconds: number;
}

/**
 * Counts requests in windows, each of which begins with a payer's first request: in Redis for all processes together,
 * and in this process without Redis or while it is away.
 */
@Injectable()
export class RateLimiter implements OnApplicationShutdown {
  readonly limit: RateLimit;
  private readonly counter: RateLimiterMemory | RateLimiterRedis;
  private readonly redis?: Redis;
  private redisAway = false;

  constructor(
    @Inject(ENVIRONMENT) { rateLimit, redisUrl }: Environment,
    private readonly logger: PinoLogger,
  ) {
    if (!rateLimit) throw new Error('RATE_LIMIT is off');
    this.limit = rateLimit;
    const options = { points: rateLimit.quota, duration: rateLimit.windowSeconds };
    this.counter = new RateLimiterMemory(options);
    if (!redisUrl) return;
    this.redis = this.createRedis(redisUrl);
    this.counter = new RateLimiterRedis({
      ...options,
      storeClient: this.redis,
      keyPrefix: 'usher:rate-limit',
      insuranceLimiter: this.counter,
      // Whoever is over the limit stays so until the window ends: Redis need not be asked again.
      inMemoryBlockOnConsumed: rateLimit.quota + 1,
    });
  }

  /** Resolves when requests are counted in Redis, or when it is clear that they cannot be for now. */
  async connect(): Promise<void> {
    await this.redis?.connect().catch(() => undefined);
  }

  async spend(payer: string): Promise<Allowance> {
    try {
      return allowance(true, await this.counter.consume(payer));
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return allowance(false, refused);
      throw refused;
    }
  }

  async giveBack(payer: string): Promise<void> {
    await this.counter.reward(payer);
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  /**
   * The state of the connection is the circuit breaker: without a connection that is ready, commands fail at once, and
   * a Redis that falls silent loses its connection and gets it back when it answers again.
   */
  private createRedis(url: string): Redis {
    const redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      connectTimeout: REDIS_MS,
      socketTimeout: REDIS_MS,
      retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
      // Commands of requests that come at the same time share a write.
      enableAutoPipelining: true,
    });
    redis.on('error', (error: Error) => {
      if (this.redisAway) return;
      this.redisAway = true;
      this.logger.warn(
        { fault: describeFault(error) },
        'Redis is away: rate limits hold for each process by itself',
      );
    });
    redis.on('ready', () => {
      if (this.redisAway) this.logger.info('Redis is back: rate limits hold for all processes together');
      this.redisAway = false;
    });
    return redis;
  }
}

function allowance(allowed: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): Allowance {
  return { allowed, remaining: remainingPoints, resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)) };
}
