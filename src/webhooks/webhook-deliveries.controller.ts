import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { IdParam } from '../common/http/id-param';
import { viewCursorPage, windowOf } from '../common/http/page';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { InTransaction } from '../common/idempotency/write-context';
import {
  ListWebhookDeliveriesDto,
  WebhookDeliveryDetailsDto,
  WebhookDeliveryDto,
  WebhookDeliveryPageDto,
} from './dto/webhook-delivery.dto';
import { viewDelivery, viewDeliveryDetails } from './webhook-delivery.view';
import { WebhookDeliveriesService } from './webhook-deliveries.service';
import { WebhookDeliveryNotFound, WebhookEndpointDisabled, WebhookEndpointNotFound } from './webhooks.errors';

@ApiTags('Webhooks')
@Controller('webhook-endpoints/:webhookEndpointId')
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: WebhookDeliveriesService) {}

  @Get('deliveries')
  @RequireScope('webhooks:read')
  @ApiOperation({
    summary: 'List the deliveries to a webhook endpoint, newest first',
    description: `
They are kept for 30 days, or until the contact that they speak of is erased. \`total\` is 1,000 at most; \`next_cursor\`
leads on to all of them.`,
  })
  @ApiAnswer(200, WebhookDeliveryPageDto)
  @ApiFailures(new WebhookEndpointNotFound())
  async list(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('webhookEndpoint') webhookEndpointId: string,
    @Query() query: ListWebhookDeliveriesDto,
  ): Promise<WebhookDeliveryPageDto> {
    const page = await this.deliveries.list(organizationId, webhookEndpointId, query.status, windowOf(query));
    return viewCursorPage(page, query, viewDelivery);
  }

  @Get('deliveries/:deliveryId')
  @RequireScope('webhooks:read')
  @ApiOperation({ summary: 'Get a delivery with its attempts' })
  @ApiAnswer(200, WebhookDeliveryDetailsDto)
  @ApiFailures(new WebhookEndpointNotFound(), new WebhookDeliveryNotFound())
  async get(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('webhookEndpoint') webhookEndpointId: string,
    @IdParam('webhookDelivery', 'deliveryId') deliveryId: string,
  ): Promise<WebhookDeliveryDetailsDto> {
    return viewDeliveryDetails(await this.deliveries.get(organizationId, webhookEndpointId, deliveryId));
  }

  @Post('deliveries/:deliveryId/redeliver')
  @RequireScope('webhooks:write')
  @ApiIdempotent()
  @ApiOperation({
    summary: 'Send a delivery again',
    description: `
Before all that waits for the endpoint, with the same \`webhook-id\` and body, whatever became of it before; when it fails,
it is retried from the beginning of the schedule.`,
  })
  @ApiAnswer(202, WebhookDeliveryDto)
  @ApiFailures(new WebhookEndpointNotFound(), new WebhookDeliveryNotFound(), new WebhookEndpointDisabled())
  async redeliver(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('webhookEndpoint') webhookEndpointId: string,
    @IdParam('webhookDelivery', 'deliveryId') deliveryId: string,
  ): Promise<WebhookDeliveryDto> {
    return viewDelivery(
      await this.deliveries.redeliver(manager, organizationId, webhookEndpointId, deliveryId),
    );
  }

  @Post('test')
  @RequireScope('webhooks:write')
  @ApiIdempotent()
  @ApiOperation({
    summary: 'Send a test message to a webhook endpoint',
    description: `
Before all that waits for the endpoint. Of the type \`webhook.test\`, whatever types the endpoint has, and signed and retried
as any other.`,
  })
  @ApiAnswer(202, WebhookDeliveryDto)
  @ApiFailures(new WebhookEndpointNotFound(), new WebhookEndpointDisabled())
  async test(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('webhookEndpoint') webhookEndpointId: string,
  ): Promise<WebhookDeliveryDto> {
    return viewDelivery(await this.deliveries.sendTest(manager, organizationId, webhookEndpointId));
  }
}
