import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireAnyKey, RequireScope } from '../common/auth/require-scope.decorator';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { InTransaction } from '../common/idempotency/write-context';
import { viewApiKey, viewMe } from './api-key.view';
import { ScopesExceeded } from './api-keys.errors';
import { ApiKeysService } from './api-keys.service';
import { CreateApiKeyDto, MeDto, NewApiKeyDto } from './dto/api-key.dto';

@ApiTags('API keys')
@Controller()
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post('api-keys')
  @RequireScope('api_keys:write')
  @ApiIdempotent()
  @ApiOperation({
    summary: 'Create an API key',
    description:
      'The key is shown in this answer and never again. Sent with an Idempotency-Key, the answer, key included, ' +
      'is kept for 24 hours so that it can be replayed.',
  })
  @ApiAnswer(201, NewApiKeyDto)
  @ApiFailures(new ScopesExceeded(['events:write']))
  async create(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() caller: Caller,
    @Body() body: CreateApiKeyDto,
  ): Promise<NewApiKeyDto> {
    const { apiKey, key } = await this.apiKeys.delegate(manager, caller, {
      name: body.name,
      scopes: body.scopes,
      expiresAt: body.expires_at ? new Date(body.expires_at) : undefined,
    });
    return { ...viewApiKey(apiKey), key };
  }

  @Get('me')
  @RequireAnyKey()
  @ApiAnswer(200, MeDto)
  @ApiOperation({ summary: 'Show the organization and the key that the request is made with' })
  async me(@CurrentCaller() caller: Caller): Promise<MeDto> {
    return viewMe(await this.apiKeys.get(caller.organizationId, caller.apiKeyId));
  }
}
