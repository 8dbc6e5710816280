import { BullModule } from '@nestjs/bull';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import Redis, { type RedisOptions } from 'ioredis';
import { QUEUE_SETTINGS } from './bull-transport';

/** A machine that dies takes leave of nobody: a connection on which nothing is asked is probed after five seconds. */
const RECONNECT: RedisOptions = {
  keepAlive: 5_000,
  retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
};

/** Commands of producers fail soon while Redis is away; by default they hang. */
const PRODUCER: RedisOptions = { ...RECONNECT, maxRetriesPerRequest: 1, socketTimeout: 5_000 };

/**
 * The blocking and the subscribing connection wait for Redis as long as it takes. One command that blocks is answered
 * after five seconds (Bull's `drainDelay`), and those behind it one after another: nothing for longer means that Redis
 * is gone.
 */
const WAITING: RedisOptions = {
  ...RECONNECT,
  maxRetriesPerRequest: null,
  enableReadyCheck: false,
  socketTimeout: 15_000,
};

/** The connections of a Bull queue. Bull does not close those that are made for it. */
export class RedisConnections implements OnApplicationShutdown {
  private readonly connections: Redis[] = [];

  constructor(private readonly url: string) {}

  /** A module with this queue. */
  queue(name: string): DynamicModule {
    return BullModule.registerQueue({
      name,
      createClient: (type) => this.open(type),
      settings: QUEUE_SETTINGS,
    });
  }

  private open(type: 'client' | 'subscriber' | 'bclient'): Redis {
    const connection = new Redis(this.url, type === 'client' ? PRODUCER : WAITING);
    // ioredis would let the timer of a connection that was closed end the next one: github.com/redis/ioredis/issues/2147
    connection.on('close', () => {
      clearTimeout(connection['socketTimeoutTimer'] as NodeJS.Timeout | undefined);
      connection['socketTimeoutTimer'] = undefined;
    });
    this.connections.push(connection);
    return connection;
  }

  onApplicationShutdown(): void {
    for (const connection of this.connections) connection.disconnect();
  }
}
