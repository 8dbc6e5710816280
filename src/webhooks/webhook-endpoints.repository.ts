import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { newestFirst } from '../common/database/page-query';
import { execute, givenRows, type Statement } from '../common/database/statements';
import type { Page, Window } from '../common/http/page';
import type { DomainEventType } from '../domain-events/domain-event';
import { WebhookEndpoint } from './webhook-endpoint.entity';

/** What an enabled endpoint wants. */
export type Wanted = Pick<WebhookEndpoint, 'organizationId' | 'id' | 'types'>;

const WANTED: Statement = {
  name: 'webhook-endpoints-wanted',
  text: `
    SELECT organization_id AS "organizationId", id, types
    FROM ${givenRows('text')} AS asking (organization_id) JOIN webhook_endpoints USING (organization_id)
    WHERE disabled_at IS NULL`,
};

@Injectable()
export class WebhookEndpointsRepository {
  constructor(@InjectRepository(WebhookEndpoint) private readonly endpoints: Repository<WebhookEndpoint>) {}

  async insert(manager: EntityManager, endpoint: WebhookEndpoint): Promise<void> {
    await manager.insert(WebhookEndpoint, endpoint);
  }

  count(manager: EntityManager, organizationId: string): Promise<number> {
    return manager.countBy(WebhookEndpoint, { organizationId });
  }

  find(organizationId: string, id: string): Promise<WebhookEndpoint | null> {
    return this.endpoints.findOneBy({ organizationId, id });
  }

  findIn(manager: EntityManager, organizationId: string, id: string): Promise<WebhookEndpoint | null> {
    return manager.findOneBy(WebhookEndpoint, { organizationId, id });
  }

  /** Newest first. */
  list(organizationId: string, window: Window): Promise<Page<WebhookEndpoint>> {
    const query = this.endpoints
      .createQueryBuilder('endpoint')
      .where('endpoint.organizationId = :organizationId', { organizationId });
    return newestFirst(query, window);
  }

  /** Locks an endpoint for the rest of the transaction. */
  lock(manager: EntityManager, organizationId: string, id: string): Promise<WebhookEndpoint | null> {
    return manager.findOne(WebhookEndpoint, {
      where: { organizationId, id },
      lock: { mode: 'for_no_key_update' },
    });
  }

  /** Writes an endpoint that the transaction has locked. */
  async save(manager: EntityManager, { organizationId, id, ...columns }: WebhookEndpoint): Promise<void> {
    await manager.update(WebhookEndpoint, { organizationId, id }, columns);
  }

  async delete(manager: EntityManager, organizationId: string, id: string): Promise<boolean> {
    const { affected } = await manager.delete(WebhookEndpoint, { organizationId, id });
    return affected === 1;
  }

  /** Ends the row of failures, if there is one and the URL is still the one that was tried. */
  async noteSuccess(manager: EntityManager, { organizationId, id, url }: WebhookEndpoint): Promise<void> {
    await manager.query(
      `UPDATE webhook_endpoints SET failing_since = NULL
       WHERE organization_id = $1 AND id = $2 AND url = $3 AND failing_since IS NOT NULL`,
      [organizationId, id, url],
    );
  }

  /** The enabled endpoints of these organizations. Asked for in every transaction that something can be told of. */
  wanted(manager: EntityManager, organizationIds: readonly string[]): Promise<Wanted[]> {
    return execute<Wanted>(manager, WANTED, [organizationIds]);
  }
}

export function wants({ types }: Pick<WebhookEndpoint, 'types'>, type: DomainEventType): boolean {
  return types === null || types.includes(type);
}
