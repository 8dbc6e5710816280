import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { transactionTime } from '../common/database/statements';
import type { CursorPage, Window } from '../common/http/page';
import { payloadOf } from './payload';
import { type DeliveryStatus, newDelivery, type WebhookDelivery } from './webhook-delivery.entity';
import { WebhookBacklog } from './webhook-backlog';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository';
import { WebhookEndpointsService } from './webhook-endpoints.service';
import { WebhookDeliveryNotFound, WebhookEndpointDisabled } from './webhooks.errors';

const TEST_TYPE = 'webhook.test';

/** The log of what was sent to an endpoint, and second chances. */
@Injectable()
export class WebhookDeliveriesService {
  constructor(
    private readonly endpoints: WebhookEndpointsService,
    private readonly repository: WebhookDeliveriesRepository,
    private readonly backlog: WebhookBacklog,
  ) {}

  /** Newest first. @throws WebhookEndpointNotFound */
  async list(
    organizationId: string,
    endpointId: string,
    status: DeliveryStatus | undefined,
    window: Window,
  ): Promise<CursorPage<WebhookDelivery>> {
    await this.endpoints.get(organizationId, endpointId);
    return this.repository.list(organizationId, endpointId, status, window);
  }

  /** @throws WebhookEndpointNotFound, WebhookDeliveryNotFound */
  async get(organizationId: string, endpointId: string, id: string): Promise<WebhookDelivery> {
    await this.endpoints.get(organizationId, endpointId);
    const delivery = await this.repository.find(organizationId, endpointId, id);
    if (!delivery) throw new WebhookDeliveryNotFound();
    return delivery;
  }

  /** @throws WebhookEndpointNotFound, WebhookDeliveryNotFound, WebhookEndpointDisabled */
  async redeliver(
    manager: EntityManager,
    organizationId: string,
    endpointId: string,
    id: string,
  ): Promise<WebhookDelivery> {
    // The delivery first, as who has tried it locks them.
    const delivery = await this.repository.lock(manager, { organizationId, endpointId, id });
    const { status } = await this.endpoints.lock(manager, organizationId, endpointId);
    if (!delivery) throw new WebhookDeliveryNotFound();
    if (status === 'disabled') throw new WebhookEndpointDisabled();
    delivery.startOver(await transactionTime(manager));
    await this.repository.save(manager, delivery);
    this.backlog.announce(manager);
    return delivery;
  }

  /** @throws WebhookEndpointNotFound, WebhookEndpointDisabled */
  async sendTest(
    manager: EntityManager,
    organizationId: string,
    endpointId: string,
  ): Promise<WebhookDelivery> {
    const { status } = await this.endpoints.lock(manager, organizationId, endpointId);
    if (status === 'disabled') throw new WebhookEndpointDisabled();
    const now = await transactionTime(manager);
    const payload = payloadOf(TEST_TYPE, now, { webhook_endpoint_id: endpointId });
    const delivery = newDelivery(
      { organizationId, endpointId, type: TEST_TYPE, payload, contactId: null, byHand: true },
      now,
    );
    await this.repository.insert(manager, [delivery]);
    this.backlog.announce(manager);
    return delivery;
  }
}
