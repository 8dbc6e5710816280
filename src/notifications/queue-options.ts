import type { QueueOptions } from 'bull';
import Redis, { type RedisOptions } from 'ioredis';

/**
 * Connections to Redis as Bull needs them: commands of producers fail fast while Redis is away (by default they hang),
 * the blocking and subscribing connections wait for it as long as it takes.
 */
export function queueOptions(redisUrl: string): QueueOptions {
  return {
    createClient: (type) => new Redis(redisUrl, type === 'client' ? PRODUCER : WAITING),
  };
}

const reconnect: Pick<RedisOptions, 'retryStrategy'> = {
  retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
};

const PRODUCER: RedisOptions = { ...reconnect, maxRetriesPerRequest: 1 };

const WAITING: RedisOptions = { ...reconnect, maxRetriesPerRequest: null, enableReadyCheck: false };
