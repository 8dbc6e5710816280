import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../common/auth/caller';
import { grants, type Scope } from '../common/auth/scopes';
import { newId } from '../common/ids/ids';
import { ApiKey, generateKey, hashKey, prefixOf } from './api-key.entity';
import { ScopesExceeded } from './api-keys.errors';
import { ApiKeysRepository } from './api-keys.repository';

export interface NewApiKey {
  name: string;
  scopes: readonly Scope[];
  expiresAt?: Date;
  /** Only for a key that the operator has chosen; by default one is generated. */
  key?: string;
}

@Injectable()
export class ApiKeysService {
  constructor(private readonly repository: ApiKeysRepository) {}

  /** Makes a key on behalf of another key, which cannot give away scopes that it lacks. */
  async delegate(
    manager: EntityManager,
    caller: Caller,
    wanted: NewApiKey,
  ): Promise<{ apiKey: ApiKey; key: string }> {
    const missing = wanted.scopes.filter((scope) => !grants(caller.scopes, scope));
    if (missing.length > 0) throw new ScopesExceeded(missing);
    return this.create(manager, caller.organizationId, wanted);
  }

  /** The key itself is returned this once and kept nowhere. */
  async create(
    manager: EntityManager,
    organizationId: string,
    { name, scopes, expiresAt, key = generateKey() }: NewApiKey,
  ): Promise<{ apiKey: ApiKey; key: string }> {
    const apiKey = new ApiKey();
    Object.assign(apiKey, {
      organizationId,
      id: newId('apiKey'),
      name,
      keyHash: hashKey(key),
      keyPrefix: prefixOf(key),
      scopes: [...scopes],
      expiresAt: expiresAt ?? null,
      revokedAt: null,
      lastUsedAt: null,
      createdAt: new Date(),
    } satisfies Omit<ApiKey, 'organization' | 'status'>);
    await this.repository.insert(manager, apiKey);
    return { apiKey, key };
  }

  get(organizationId: string, id: string): Promise<ApiKey> {
    return this.repository.get(organizationId, id);
  }
}
