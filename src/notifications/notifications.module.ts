import { getQueueToken } from '@nestjs/bull';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Queue } from 'bull';
import { PinoLogger } from 'nestjs-pino';
import type { Environment } from '../common/config/environment';
import { JobQueues } from '../common/queues/job-queues';
import { BullTransport, EMAIL_QUEUE } from './bull-transport';
import { Deliveries } from './deliveries';
import { DevMailController } from './dev-mail/dev-mail.controller';
import { EmailProcessor } from './email.processor';
import { InProcessTransport } from './in-process-transport';
import { canBeLookedInto, MailFolder } from './mail-folder';
import { Mailer } from './mailer';
import { DELIVERIES_AT_ONCE, MessageDelivery } from './message-delivery';
import { MessageHandlers } from './message-handlers';
import { Outbox } from './outbox';
import { OutboxMessage } from './outbox-message.entity';
import { OutboxMetrics } from './outbox-metrics';
import { OutboxRelay } from './outbox-relay';
import { OutboxRepository } from './outbox.repository';
import { RedisConnections } from './redis-connections';
import { type RowReference, Transport } from './transport';

const THROUGH_BULL = {
  provide: Transport,
  inject: [getQueueToken(EMAIL_QUEUE), JobQueues],
  useFactory: (queue: Queue<RowReference>, queues: JobQueues) => new BullTransport(queues.register(queue)),
};

const IN_PROCESS = {
  provide: Transport,
  inject: [MessageDelivery, PinoLogger],
  useFactory: (delivery: MessageDelivery, logger: PinoLogger) =>
    new InProcessTransport(delivery, DELIVERIES_AT_ONCE, logger),
};

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
        ...redis.map((connections) => connections.queue(EMAIL_QUEUE)),
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
        redisUrl ? THROUGH_BULL : IN_PROCESS,
        // Without Redis handing over means delivering, which is a worker's business.
        ...(redisUrl || works ? [OutboxRelay] : []),
        ...(redisUrl && works ? [EmailProcessor] : []),
      ],
      exports: [Outbox, Deliveries, MessageHandlers, Mailer],
    };
  }
}
