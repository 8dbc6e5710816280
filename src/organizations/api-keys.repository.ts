import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import type { Page, Window } from '../common/http/page';
import { ApiKey } from './api-key.entity';

@Injectable()
export class ApiKeysRepository {
  constructor(@InjectRepository(ApiKey) private readonly apiKeys: Repository<ApiKey>) {}

  insert(manager: EntityManager, apiKey: ApiKey): Promise<unknown> {
    return manager.insert(ApiKey, apiKey);
  }

  /** The key, locked until the transaction ends. */
  lock(manager: EntityManager, organizationId: string, id: string): Promise<ApiKey | null> {
    return manager.findOne(ApiKey, { where: { organizationId, id }, lock: { mode: 'for_no_key_update' } });
  }

  /** Writes a key that the transaction has locked. */
  async save(manager: EntityManager, apiKey: ApiKey): Promise<void> {
    const { organizationId, id, expiresAt, revokedAt, replacedById } = apiKey;
    await manager.update(ApiKey, { organizationId, id }, { expiresAt, revokedAt, replacedById });
  }

  /** Newest first. */
  async list(organizationId: string, { offset, limit }: Window): Promise<Page<ApiKey>> {
    const [rows, total] = await this.apiKeys.findAndCount({
      where: { organizationId },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: offset,
      take: limit,
    });
    return { rows, total };
  }

  get(organizationId: string, id: string): Promise<ApiKey> {
    return this.apiKeys.findOneOrFail({ where: { organizationId, id }, relations: { organization: true } });
  }

  /** When the key stops working as the transaction sees it; null for never. */
  async expiryOf(manager: EntityManager, organizationId: string, id: string): Promise<Date | null> {
    const { expiresAt } = await manager.findOneByOrFail(ApiKey, { organizationId, id });
    return expiresAt;
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
