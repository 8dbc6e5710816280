import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { ApiKey } from './api-key.entity';

@Injectable()
export class ApiKeysRepository {
  constructor(@InjectRepository(ApiKey) private readonly apiKeys: Repository<ApiKey>) {}

  insert(manager: EntityManager, apiKey: ApiKey): Promise<unknown> {
    return manager.insert(ApiKey, apiKey);
  }

  get(organizationId: string, id: string): Promise<ApiKey> {
    return this.apiKeys.findOneOrFail({ where: { organizationId, id }, relations: { organization: true } });
  }

  /** The key with this hash unless it is revoked; whether it has expired is for the reader's clock to tell. */
  findLiving(keyHash: string): Promise<ApiKey | null> {
    return this.apiKeys
      .createQueryBuilder('api_key')
      .where('api_key.keyHash = :keyHash AND api_key.revokedAt IS NULL', { keyHash })
      .getOne();
  }

  /** Notes the use of a key, at most once a minute. */
  async touch({ organizationId, id }: ApiKey): Promise<void> {
    await this.apiKeys
      .createQueryBuilder()
      .update()
      .set({ lastUsedAt: () => 'now()' })
      .where('organizationId = :organizationId AND id = :id', { organizationId, id })
      .andWhere(`(lastUsedAt IS NULL OR lastUsedAt < now() - interval '1 minute')`)
      .execute();
  }
}
