import { BullModule } from '@nestjs/bull';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import Redis, { type RedisOptions } from 'ioredis';
import { QUEUE_SETTINGS } from './bull-transport';

const RECONNECT: RedisOptions = { retryStrategy: (attempt) => Math.min(attempt * 100, 1_000) };

/** Commands of producers fail soon while Redis is away; by default they hang. */
const PRODUCER: RedisOptions = { ...RECONNECT, maxRetriesPerRequest: 1 };

/** The blocking and the subscribing connection wait for Redis as long as it takes. */
const WAITING: RedisOptions = { ...RECONNECT, maxRetriesPerRequest: null, enableReadyCheck: false };

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
    this.connections.push(connection);
    return connection;
  }

  onApplicationShutdown(): void {
    for (const connection of this.connections) connection.disconnect();
  }
}
