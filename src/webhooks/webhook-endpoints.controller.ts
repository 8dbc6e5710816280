import { Body, Controller, Delete, Get, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { NoFieldsGiven } from '../common/errors/request.errors';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { AtLeastOneField } from '../common/http/at-least-one-field.pipe';
import { DeletedDto } from '../common/http/deleted.dto';
import { given } from '../common/http/given';
import { IdParam } from '../common/http/id-param';
import { viewPage, windowOf } from '../common/http/page';
import { PageQueryDto } from '../common/http/pagination.dto';
import { SealedAnswer } from '../common/idempotency/answer-seal';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { InTransaction } from '../common/idempotency/write-context';
import {
  CreateWebhookEndpointDto,
  UpdateWebhookEndpointDto,
  WebhookEndpointDto,
  WebhookEndpointPageDto,
  WebhookEndpointWithSecretDto,
} from './dto/webhook-endpoint.dto';
import { TargetGuard } from './target/target.guard';
import { viewEndpoint, viewEndpointWithSecret } from './webhook-endpoint.view';
import { MOST_ENDPOINTS, WebhookEndpointsService } from './webhook-endpoints.service';
import { TooManyWebhookEndpoints, TypesExceedScopes, WebhookEndpointNotFound } from './webhooks.errors';

@ApiTags('Webhooks')
@Controller('webhook-endpoints')
export class WebhookEndpointsController {
  constructor(private readonly endpoints: WebhookEndpointsService) {}

  @Post()
  @RequireScope('webhooks:write')
  @UseGuards(TargetGuard)
  @ApiIdempotent()
  @SealedAnswer()
  @ApiOperation({
    summary: 'Create a webhook endpoint',
    description: `
From now on what happens is sent to the URL. The secret that verifies the signatures is shown in this answer and by
rotating it, and never again.

What is sent is what the API shows, so the key needs the scopes to read it: \`attendees:read\`, \`events:read\`,
\`contacts:read\`, as the types go. An organization can have ${MOST_ENDPOINTS} endpoints.`,
  })
  @ApiAnswer(201, WebhookEndpointWithSecretDto)
  @ApiFailures(new TypesExceedScopes(['attendees:read']), new TooManyWebhookEndpoints(MOST_ENDPOINTS))
  async create(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() caller: Caller,
    @Body() body: CreateWebhookEndpointDto,
  ): Promise<WebhookEndpointWithSecretDto> {
    return viewEndpointWithSecret(
      await this.endpoints.create(manager, caller, { ...given(body), url: body.url }),
    );
  }

  @Get()
  @RequireScope('webhooks:read')
  @ApiOperation({ summary: 'List webhook endpoints, newest first', description: 'Disabled ones too.' })
  @ApiAnswer(200, WebhookEndpointPageDto)
  async list(
    @CurrentCaller() { organizationId }: Caller,
    @Query() query: PageQueryDto,
  ): Promise<WebhookEndpointPageDto> {
    return viewPage(await this.endpoints.list(organizationId, windowOf(query)), query, viewEndpoint);
  }

  @Get(':webhookEndpointId')
  @RequireScope('webhooks:read')
  @ApiOperation({
    summary: 'Get a webhook endpoint',
    description: `
An endpoint is disabled when it answers 410, and when every attempt of five days has failed: \`disabled_reason\` and
\`disabled_at\` say so, and \`failing_since\` warns of it. Nothing else tells: look at it from time to time.`,
  })
  @ApiAnswer(200, WebhookEndpointDto)
  @ApiFailures(new WebhookEndpointNotFound())
  async get(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('webhookEndpoint') webhookEndpointId: string,
  ): Promise<WebhookEndpointDto> {
    return viewEndpoint(await this.endpoints.get(organizationId, webhookEndpointId));
  }

  @Patch(':webhookEndpointId')
  @RequireScope('webhooks:write')
  @UseGuards(TargetGuard)
  @ApiOperation({
    summary: 'Change, disable or enable a webhook endpoint',
    description: `
Fields that are left out stay as they are. To a disabled endpoint nothing is sent: what happens meanwhile is not kept for
it, and what was waiting already goes on when it is enabled again, to the URL that it has then. As for a new endpoint, the
key needs the scopes to read what is sent.`,
  })
  @ApiAnswer(200, WebhookEndpointDto)
  @ApiFailures(new NoFieldsGiven(), new WebhookEndpointNotFound(), new TypesExceedScopes(['attendees:read']))
  async update(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() caller: Caller,
    @IdParam('webhookEndpoint') webhookEndpointId: string,
    @Body(AtLeastOneField) body: UpdateWebhookEndpointDto,
  ): Promise<WebhookEndpointDto> {
    return viewEndpoint(await this.endpoints.update(manager, caller, webhookEndpointId, given(body)));
  }

  @Post(':webhookEndpointId/rotate-secret')
  @RequireScope('webhooks:write')
  @ApiIdempotent()
  @SealedAnswer()
  @ApiOperation({
    summary: 'Replace the secret of a webhook endpoint by a new one',
    description: `
For 24 hours everything is signed with both, so put the new secret in place at any time of them. Rotating again meanwhile
ends the oldest at once; rotate twice when a secret has leaked.`,
  })
  @ApiAnswer(201, WebhookEndpointWithSecretDto)
  @ApiFailures(new WebhookEndpointNotFound())
  async rotateSecret(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('webhookEndpoint') webhookEndpointId: string,
  ): Promise<WebhookEndpointWithSecretDto> {
    return viewEndpointWithSecret(
      await this.endpoints.rotateSecret(manager, organizationId, webhookEndpointId),
    );
  }

  @Delete(':webhookEndpointId')
  @RequireScope('webhooks:write')
  @ApiOperation({
    summary: 'Delete a webhook endpoint',
    description: 'Nothing is sent to it any more, and its deliveries can no longer be looked at.',
  })
  @ApiAnswer(200, DeletedDto)
  @ApiFailures(new WebhookEndpointNotFound())
  async delete(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('webhookEndpoint') webhookEndpointId: string,
  ): Promise<DeletedDto> {
    await this.endpoints.delete(manager, organizationId, webhookEndpointId);
    return { deleted: true, id: webhookEndpointId };
  }
}
