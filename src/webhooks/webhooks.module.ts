import { getQueueToken } from '@nestjs/bull';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Queue } from 'bull';
import { PinoLogger } from 'nestjs-pino';
import { AttendeesModule } from '../attendees/attendees.module';
import type { Environment } from '../common/config/environment';
import { JobQueues } from '../common/queues/job-queues';
import { ContactsModule } from '../contacts/contacts.module';
import { EventsModule } from '../events/events.module';
import { BullTransport } from '../notifications/bull-transport';
import { InProcessTransport } from '../notifications/in-process-transport';
import { RedisConnections } from '../notifications/redis-connections';
import { type RowReference, Transport } from '../notifications/transport';
import { ATTEMPTS_AT_ONCE } from './fair-shares';
import { HostResolver } from './target/host-resolver';
import { Targets } from './target/targets';
import { WebhookBacklog } from './webhook-backlog';
import { WebhookCourier } from './webhook-courier';
import { WebhookDeliveriesController } from './webhook-deliveries.controller';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository';
import { WebhookDeliveriesService } from './webhook-deliveries.service';
import { WebhookDelivery } from './webhook-delivery.entity';
import { WebhookEndpoint } from './webhook-endpoint.entity';
import { WebhookEndpointsController } from './webhook-endpoints.controller';
import { WebhookEndpointsRepository } from './webhook-endpoints.repository';
import { WebhookEndpointsService } from './webhook-endpoints.service';
import { WebhookErasure } from './webhook-erasure';
import { WebhookFanOut } from './webhook-fan-out';
import { WEBHOOK_QUEUE, WebhookProcessor } from './webhook.processor';
import { WebhookRelay } from './webhook-relay';
import { WebhookSender } from './webhook-sender';
import { WebhookSweeper } from './webhook-sweeper';

const THROUGH_BULL = {
  provide: Transport,
  inject: [getQueueToken(WEBHOOK_QUEUE), JobQueues],
  useFactory: (queue: Queue<RowReference>, queues: JobQueues) => new BullTransport(queues.register(queue)),
};

const IN_PROCESS = {
  provide: Transport,
  inject: [WebhookCourier, PinoLogger],
  useFactory: (courier: WebhookCourier, logger: PinoLogger) =>
    new InProcessTransport(courier, ATTEMPTS_AT_ONCE, logger),
};

/** Tells endpoints of organizations what happens, with a queue and a transport beside those of mail. */
@Module({})
export class WebhooksModule {
  static register({ redisUrl, worker }: Environment): DynamicModule {
    const works = worker === 'on';
    const redis = redisUrl ? [new RedisConnections(redisUrl)] : [];
    return {
      module: WebhooksModule,
      imports: [
        TypeOrmModule.forFeature([WebhookEndpoint, WebhookDelivery]),
        AttendeesModule,
        ContactsModule,
        EventsModule,
        ...redis.map((connections) => connections.queue(WEBHOOK_QUEUE)),
      ],
      controllers: [WebhookEndpointsController, WebhookDeliveriesController],
      providers: [
        HostResolver,
        Targets,
        WebhookEndpointsService,
        WebhookEndpointsRepository,
        WebhookDeliveriesService,
        WebhookDeliveriesRepository,
        WebhookBacklog,
        WebhookSender,
        WebhookCourier,
        WebhookFanOut,
        WebhookErasure,
        WebhookSweeper,
        ...redis.map((connections) => ({ provide: RedisConnections, useValue: connections })),
        redisUrl ? THROUGH_BULL : IN_PROCESS,
        // Without Redis handing over means delivering, which is a worker's business.
        ...(redisUrl || works ? [WebhookRelay] : []),
        ...(redisUrl && works ? [WebhookProcessor] : []),
      ],
    };
  }
}
