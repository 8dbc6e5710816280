import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Authenticator } from '../common/auth/authenticator';
import type { Caller } from '../common/auth/caller';
import { describeFault } from '../common/errors/fault';
import { type ApiKey, hashKey } from './api-key.entity';
import { ApiKeysRepository } from './api-keys.repository';

/** How long revoking a key may take to be noticed. */
const TTL_MS = 3_000;
const MOST_ENTRIES = 10_000;

interface Entry {
  found: Promise<ApiKey | null>;
  until: number;
}

/**
 * Looks keys up in the database and remembers the answer for a few seconds, the negative ones too: a flood of
 * requests with one key, good or bad, costs one query. Requests that come while it runs share it.
 */
@Injectable()
export class ApiKeyAuthenticator extends Authenticator {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly logger: PinoLogger,
  ) {
    super();
  }

  async authenticate(key: string): Promise<Caller | null> {
    const apiKey = await this.lookUp(hashKey(key));
    if (!apiKey || (apiKey.expiresAt && apiKey.expiresAt <= new Date())) return null;
    return { apiKeyId: apiKey.id, organizationId: apiKey.organizationId, scopes: apiKey.scopes };
  }

  private lookUp(keyHash: string): Promise<ApiKey | null> {
    const entry = this.entries.get(keyHash);
    if (entry && entry.until > Date.now()) return entry.found;
    const found = this.repository.findLiving(keyHash);
    this.remember(keyHash, found);
    found.then(
      (apiKey) => this.noteUse(apiKey),
      () => this.entries.delete(keyHash),
    );
    return found;
  }

  private remember(keyHash: string, found: Promise<ApiKey | null>): void {
    // A Map iterates in order of insertion, so the first entry is the oldest.
    this.entries.delete(keyHash);
    if (this.entries.size >= MOST_ENTRIES) this.entries.delete(this.entries.keys().next().value!);
    this.entries.set(keyHash, { found, until: Date.now() + TTL_MS });
  }

  private noteUse(apiKey: ApiKey | null): void {
    const minuteAgo = Date.now() - 60_000;
    if (!apiKey || (apiKey.lastUsedAt && apiKey.lastUsedAt.getTime() > minuteAgo)) return;
    this.repository
      .touch(apiKey)
      .catch((error: unknown) =>
        this.logger.warn({ fault: describeFault(error) }, 'Last use of an API key not noted'),
      );
  }
}
