import type { ApiKey } from './api-key.entity';
import type { IssuedKey } from './api-keys.service';
import type { ApiKeyDto, MeDto, NewApiKeyDto } from './dto/api-key.dto';

export function viewApiKey(apiKey: ApiKey): ApiKeyDto {
  return {
    id: apiKey.id,
    name: apiKey.name,
    key_prefix: apiKey.keyPrefix,
    scopes: apiKey.scopes,
    status: apiKey.status,
    expires_at: apiKey.expiresAt?.toISOString() ?? null,
    revoked_at: apiKey.revokedAt?.toISOString() ?? null,
    replaced_by: apiKey.replacedById,
    last_used_at: apiKey.lastUsedAt?.toISOString() ?? null,
    created_at: apiKey.createdAt.toISOString(),
  };
}

/** The only view that shows a key. */
export function viewNewApiKey({ apiKey, key }: IssuedKey): NewApiKeyDto {
  return { ...viewApiKey(apiKey), key };
}

export function viewMe(apiKey: ApiKey): MeDto {
  const { id, name, currency } = apiKey.organization!;
  return { organization: { id, name, currency }, api_key: viewApiKey(apiKey) };
}
