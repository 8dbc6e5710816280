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
  lookup: Promise<ApiKey | null>;
  /** On the clock of `performance.now()`, which nobody sets back. */
  until: number;
  /** What this lookup has found, or the one before while this one runs or when it failed. */
  found?: ApiKey | null;
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
    return callerWith(await this.lookUp(hashKey(key)));
  }

  recall(key: string): Caller | null {
    return callerWith(this.entries.get(hashKey(key))?.found);
  }

  /** The next request with this key asks the database. Other processes find out when their memory runs out. */
  forget({ keyHash }: ApiKey): void {
    this.entries.delete(keyHash);
  }

  private lookUp(keyHash: string): Promise<ApiKey | null> {
    const known = this.entries.get(keyHash);
    if (known && known.until > performance.now()) return known.lookup;
    const lookup = this.repository.findLiving(keyHash);
    const entry: Entry = { lookup, until: performance.now() + TTL_MS, found: known?.found };
    this.remember(keyHash, entry);
    lookup.then(
      (apiKey) => {
        entry.found = apiKey;
        this.noteUse(apiKey);
      },
      () => (entry.until = 0),
    );
    return lookup;
  }

  private remember(keyHash: string, entry: Entry): void {
    // A Map iterates in order of insertion, so the first entry is the oldest.
    this.entries.delete(keyHash);
    if (this.entries.size >= MOST_ENTRIES) this.entries.delete(this.entries.keys().next().value!);
    this.entries.set(keyHash, entry);
  }

  private noteUse(apiKey: ApiKey | null): void {
    const minuteAgo = Date.now() - 60_000;
    if (apiKey?.status !== 'active' || (apiKey.lastUsedAt && apiKey.lastUsedAt.getTime() > minuteAgo)) return;
    this.repository
      .touch(apiKey)
      .catch((error: unknown) =>
        this.logger.warn({ fault: describeFault(error) }, 'Last use of an API key not noted'),
      );
  }
}

function callerWith(apiKey: ApiKey | null | undefined): Caller | null {
  if (apiKey?.status !== 'active') return null;
  return { apiKeyId: apiKey.id, organizationId: apiKey.organizationId, scopes: apiKey.scopes };
}
