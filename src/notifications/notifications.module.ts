import { BullModule } from '@nestjs/bull';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Environment } from '../common/config/environment';
import { BullTransport, EMAIL_QUEUE } from './bull-transport';
import { Deliveries } from './deliveries';
import { EmailProcessor } from './email.processor';
import { InProcessTransport } from './in-process-transport';
import { Mailer } from './mailer';
import { MessageDelivery } from './message-delivery';
import { MessageHandlers } from './message-handlers';
import { Outbox } from './outbox';
import { OutboxMessage } from './outbox-message.entity';
import { OutboxRelay } from './outbox-relay';
import { OutboxRepository } from './outbox.repository';
import { queueOptions } from './queue-options';
import { Transport } from './transport';

/** Gets messages out. One port, two adapters: with Redis through Bull, without it in this process. */
@Module({})
export class NotificationsModule {
  static register({ redisUrl, worker }: Environment): DynamicModule {
    const works = worker === 'on';
    return {
      module: NotificationsModule,
      global: true,
      imports: [
        TypeOrmModule.forFeature([OutboxMessage]),
        ...(redisUrl ? [BullModule.registerQueue({ name: EMAIL_QUEUE, ...queueOptions(redisUrl) })] : []),
      ],
      providers: [
        Outbox,
        Deliveries,
        OutboxRepository,
        MessageHandlers,
        MessageDelivery,
        Mailer,
        { provide: Transport, useClass: redisUrl ? BullTransport : InProcessTransport },
        // Without Redis handing over means delivering, which is a worker's business.
        ...(redisUrl || works ? [OutboxRelay] : []),
        ...(redisUrl && works ? [EmailProcessor] : []),
      ],
      exports: [Outbox, Deliveries, MessageHandlers, Mailer],
    };
  }
}
