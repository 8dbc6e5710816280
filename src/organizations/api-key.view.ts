import type { ApiKey } from './api-key.entity';
import type { ApiKeyDto, MeDto } from './dto/api-key.dto';

export function viewApiKey(apiKey: ApiKey): ApiKeyDto {
  return {
    id: apiKey.id,
    name: apiKey.name,
    key_prefix: apiKey.keyPrefix,
    scopes: apiKey.scopes,
    expires_at: apiKey.expiresAt?.toISOString() ?? null,
    last_used_at: apiKey.lastUsedAt?.toISOString() ?? null,
    created_at: apiKey.createdAt.toISOString(),
  };
}

export function viewMe(apiKey: ApiKey): MeDto {
  const { id, name, currency } = apiKey.organization!;
  return { organization: { id, name, currency }, api_key: viewApiKey(apiKey) };
}
