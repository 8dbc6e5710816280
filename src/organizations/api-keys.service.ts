import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../common/auth/caller';
import { grants, type Scope } from '../common/auth/scopes';
import { transactionTime } from '../common/database/statements';
import { afterCommit } from '../common/database/transactions';
import type { Page, Window } from '../common/http/page';
import { newId } from '../common/ids/ids';
import { ApiKeyAuthenticator } from './api-key-authenticator';
import { ApiKey, generateKey, hashKey, prefixOf } from './api-key.entity';
import {
  ApiKeyAlreadyRotated,
  ApiKeyInactive,
  ApiKeyNotFound,
  ExpiryExceeded,
  ScopesExceeded,
} from './api-keys.errors';
import { ApiKeysRepository } from './api-keys.repository';

export interface NewApiKey {
  name: string;
  scopes: readonly Scope[];
  /** Default: never, or when the key expires that makes it. */
  expiresAt?: Date | null;
  /** Only for a key that the operator has chosen; by default one is generated. */
  key?: string;
}

export interface IssuedKey {
  apiKey: ApiKey;
  /** The key itself, which is kept nowhere. */
  key: string;
}

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly authenticator: ApiKeyAuthenticator,
  ) {}

  list(organizationId: string, window: Window): Promise<Page<ApiKey>> {
    return this.repository.list(organizationId, window);
  }

  get(organizationId: string, id: string): Promise<ApiKey> {
    return this.repository.get(organizationId, id);
  }

  /** Makes a key on behalf of another key, which can give away neither scopes that it lacks nor more time than it has. */
  async delegate(manager: EntityManager, caller: Caller, wanted: NewApiKey): Promise<IssuedKey> {
    const missing = wanted.scopes.filter((scope) => !grants(caller.scopes, scope));
    if (missing.length > 0) throw new ScopesExceeded(missing);
    const latest = await this.repository.expiryOf(manager, caller.organizationId, caller.apiKeyId);
    const { expiresAt = latest } = wanted;
    if (latest && (!expiresAt || expiresAt > latest)) throw new ExpiryExceeded(latest);
    return this.create(manager, caller.organizationId, { ...wanted, expiresAt });
  }

  async create(
    manager: EntityManager,
    organizationId: string,
    { name, scopes, expiresAt, key = generateKey() }: NewApiKey,
  ): Promise<IssuedKey> {
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
      replacedById: null,
      lastUsedAt: null,
      createdAt: await transactionTime(manager),
    } satisfies Omit<ApiKey, 'organization' | 'status'>);
    await this.repository.insert(manager, apiKey);
    return { apiKey, key };
  }

  /** Makes a key in the place of another one, which works for `graceSeconds` more. */
  async rotate(
    manager: EntityManager,
    caller: Caller,
    id: string,
    graceSeconds: number,
  ): Promise<IssuedKey & { replaced: ApiKey }> {
    const replaced = await this.lock(manager, caller.organizationId, id);
    const { name, scopes, expiresAt, status, replacedById } = replaced;
    if (status !== 'active') throw new ApiKeyInactive(status);
    if (replacedById) throw new ApiKeyAlreadyRotated(replacedById);
    const issued = await this.delegate(manager, caller, { name, scopes, expiresAt });
    replaced.replacedById = issued.apiKey.id;
    const graceEnds = new Date(issued.apiKey.createdAt.getTime() + graceSeconds * 1_000);
    if (!expiresAt || graceEnds < expiresAt) replaced.expiresAt = graceEnds;
    await this.write(manager, replaced);
    return { ...issued, replaced };
  }

  /** Revoking a revoked key changes nothing. */
  async revoke(manager: EntityManager, organizationId: string, id: string): Promise<void> {
    const apiKey = await this.lock(manager, organizationId, id);
    apiKey.revokedAt ??= await transactionTime(manager);
    await this.write(manager, apiKey);
  }

  private async lock(manager: EntityManager, organizationId: string, id: string): Promise<ApiKey> {
    const apiKey = await this.repository.lock(manager, organizationId, id);
    if (!apiKey) throw new ApiKeyNotFound();
    return apiKey;
  }

  private async write(manager: EntityManager, apiKey: ApiKey): Promise<void> {
    await this.repository.save(manager, apiKey);
    afterCommit(manager, () => this.authenticator.forget(apiKey));
  }
}
