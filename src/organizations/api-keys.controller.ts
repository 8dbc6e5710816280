import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireAnyKey, RequireScope } from '../common/auth/require-scope.decorator';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { DeletedDto } from '../common/http/deleted.dto';
import { IdParam } from '../common/http/id-param';
import { viewPage, windowOf } from '../common/http/page';
import { PageQueryDto } from '../common/http/pagination.dto';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { SealedAnswer } from '../common/idempotency/answer-seal';
import { InTransaction } from '../common/idempotency/write-context';
import { viewApiKey, viewMe, viewNewApiKey } from './api-key.view';
import {
  ApiKeyAlreadyRotated,
  ApiKeyInactive,
  ApiKeyNotFound,
  ExpiryExceeded,
  ScopesExceeded,
} from './api-keys.errors';
import { ApiKeysService } from './api-keys.service';
import {
  ApiKeyPageDto,
  CreateApiKeyDto,
  MeDto,
  NewApiKeyDto,
  RotateApiKeyDto,
  RotatedApiKeyDto,
} from './dto/api-key.dto';

@ApiTags('API keys')
@Controller()
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Get('api-keys')
  @RequireScope('api_keys:read')
  @ApiOperation({
    summary: 'List API keys, newest first',
    description:
      'Expired and revoked keys too, as their `status` says. The keys themselves are never shown again.',
  })
  @ApiAnswer(200, ApiKeyPageDto)
  async list(
    @CurrentCaller() { organizationId }: Caller,
    @Query() query: PageQueryDto,
  ): Promise<ApiKeyPageDto> {
    return viewPage(await this.apiKeys.list(organizationId, windowOf(query)), query, viewApiKey);
  }

  @Post('api-keys')
  @RequireScope('api_keys:write')
  @ApiIdempotent()
  @SealedAnswer()
  @ApiOperation({
    summary: 'Create an API key',
    description: `
The key is shown in this answer and never again; only its hash is kept. No key can create a key with scopes that it
lacks, \`write\` counting as \`read\` too, nor one that works longer than itself.`,
  })
  @ApiAnswer(201, NewApiKeyDto)
  @ApiFailures(new ScopesExceeded(['events:write']), new ExpiryExceeded(new Date('2030-01-01T00:00:00Z')))
  async create(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() caller: Caller,
    @Body() body: CreateApiKeyDto,
  ): Promise<NewApiKeyDto> {
    const { name, scopes, expires_at: expiresAt } = body;
    return viewNewApiKey(await this.apiKeys.delegate(manager, caller, { name, scopes, expiresAt }));
  }

  @Post('api-keys/:apiKeyId/rotate')
  @RequireScope('api_keys:write')
  @ApiIdempotent()
  @SealedAnswer()
  @ApiOperation({
    summary: 'Replace an API key by a new one',
    description: `
The new key has an id of its own and the name, scopes and expiry of the old one. The old one works for
\`grace_seconds\` more, an hour by default: long enough to put the new key in place and to retry when this answer is
lost. Send 0 when the key has leaked. A key can rotate itself; only keys whose scopes the caller has, and that expire no
later than the caller, can be rotated, each of them once. Idempotency keys are scoped to the API key, so finish retries
with the key that they were begun with.`,
  })
  @ApiBody({ type: RotateApiKeyDto, required: false })
  @ApiAnswer(201, RotatedApiKeyDto)
  @ApiFailures(
    new ApiKeyNotFound(),
    new ApiKeyInactive('revoked'),
    new ApiKeyAlreadyRotated('key_01k5x9a3v8e6rr4c1m2n3p4q5s'),
    new ScopesExceeded(['events:write']),
    new ExpiryExceeded(new Date('2030-01-01T00:00:00Z')),
  )
  async rotate(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() caller: Caller,
    @IdParam('apiKey') apiKeyId: string,
    @Body() body: RotateApiKeyDto,
  ): Promise<RotatedApiKeyDto> {
    const rotated = await this.apiKeys.rotate(manager, caller, apiKeyId, body.grace_seconds);
    return { ...viewNewApiKey(rotated), replaces: viewApiKey(rotated.replaced) };
  }

  @Delete('api-keys/:apiKeyId')
  @RequireScope('api_keys:write')
  @ApiOperation({
    summary: 'Revoke an API key',
    description: `
It stops working within three seconds in every process and stays in the list. A key can revoke any key of its
organization whatever their scopes, itself too. Revoking a revoked key changes nothing.`,
  })
  @ApiAnswer(200, DeletedDto)
  @ApiFailures(new ApiKeyNotFound())
  async revoke(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('apiKey') apiKeyId: string,
  ): Promise<DeletedDto> {
    await this.apiKeys.revoke(manager, organizationId, apiKeyId);
    return { deleted: true, id: apiKeyId };
  }

  @Get('me')
  @RequireAnyKey()
  @ApiOperation({ summary: 'Show the organization and the key that the request is made with' })
  @ApiAnswer(200, MeDto)
  async me(@CurrentCaller() { organizationId, apiKeyId }: Caller): Promise<MeDto> {
    return viewMe(await this.apiKeys.get(organizationId, apiKeyId));
  }
}
