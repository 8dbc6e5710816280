import { getQueueToken } from '@nestjs/bull';
import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Queue } from 'bull';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import type { Environment } from '../common/config/environment';
import { Transactions } from '../common/database/transactions';
import { JobQueues } from '../common/queues/job-queues';
import { BullTransport } from './bull-transport';
import { Deliveries } from './deliveries';
import { DevMailController } from './dev-mail/dev-mail.controller';
import { InProcessTransport } from './in-process-transport';
import { canBeLookedInto, MailFolder } from './mail-folder';
import { Mailer } from './mailer';
import { MessageDelivery } from './message-delivery';
import { MessageHandlers } from './message-handlers';
import { Outbox } from './outbox';
import { OutboxMessage } from './outbox-message.entity';
import { OutboxMetrics } from './outbox-metrics';
import { DELIVERIES_AT_ONCE, OUTBOX_QUEUES, type OutboxQueue } from './outbox-queues';
import { OutboxRelay } from './outbox-relay';
import { DomainEventProcessor, EmailProcessor } from './outbox.processors';
import { OutboxRepository } from './outbox.repository';
import { RedisConnections } from './redis-connections';
import type { RowReference, Transport } from './transport';

export const transportOf = (queue: OutboxQueue) => `Transport of ${queue}`;

const throughBull = (queue: OutboxQueue): FactoryProvider<Transport> => ({
  provide: transportOf(queue),
  inject: [getQueueToken(queue), JobQueues],
  useFactory: (jobs: Queue<RowReference>, queues: JobQueues) => new BullTransport(queues.register(jobs)),
});

const inProcess = (queue: OutboxQueue): FactoryProvider<Transport> => ({
  provide: transportOf(queue),
  inject: [MessageDelivery, PinoLogger],
  useFactory: (delivery: MessageDelivery, logger: PinoLogger) =>
    new InProcessTransport(delivery, DELIVERIES_AT_ONCE[queue], logger),
});

const relayOf = (queue: OutboxQueue): FactoryProvider<OutboxRelay> => ({
  provide: `Relay of ${queue}`,
  inject: [Transactions, DataSource, transportOf(queue), PinoLogger, Outbox],
  useFactory: (
    transactions: Transactions,
    dataSource: DataSource,
    transport: Transport,
    logger: PinoLogger,
    outbox: Outbox,
  ) => new OutboxRelay(queue, transactions, dataSource, transport, logger, outbox),
});

/** Gets messages out. One port, two adapters: with Redis through Bull, without it in this process. */
@Module({})
export class NotificationsModule {
  static register(environment: Environment): DynamicModule {
    const { redisUrl, worker } = environment;
    const works = worker === 'on';
    const redis = redisUrl ? [new RedisConnections(redisUrl)] : [];
    return {
      module: NotificationsModule,
      global: true,
      imports: [
        TypeOrmModule.forFeature([OutboxMessage]),
        ...redis.flatMap((connections) => OUTBOX_QUEUES.map((queue) => connections.queue(queue))),
      ],
      controllers: canBeLookedInto(environment) ? [DevMailController] : [],
      providers: [
        Outbox,
        Deliveries,
        OutboxRepository,
        OutboxMetrics,
        MessageHandlers,
        MessageDelivery,
        MailFolder,
        Mailer,
        ...redis.map((connections) => ({ provide: RedisConnections, useValue: connections })),
        ...OUTBOX_QUEUES.map(redisUrl ? throughBull : inProcess),
        // Without Redis handing over means delivering, which is a worker's business.
        ...(redisUrl || works ? OUTBOX_QUEUES.map(relayOf) : []),
        ...(redisUrl && works ? [EmailProcessor, DomainEventProcessor] : []),
      ],
      exports: [Outbox, Deliveries, MessageHandlers, Mailer],
    };
  }
}
