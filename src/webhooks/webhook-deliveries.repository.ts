import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { COUNT_LIMIT, countUpTo, newestFirst } from '../common/database/page-query';
import { execute, type Statement } from '../common/database/statements';
import type { CursorPage, Window } from '../common/http/page';
import type { Contact } from '../contacts/contact.entity';
import { type DeliveryStatus, WebhookDelivery } from './webhook-delivery.entity';

const INSERT: Statement = {
  name: 'webhook-deliveries-insert',
  text: `
    INSERT INTO webhook_deliveries
      (organization_id, id, endpoint_id, type, payload, contact_id, by_hand, created_at, next_attempt_at)
    SELECT *, $8::timestamptz, $8::timestamptz
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[])`,
};

@Injectable()
export class WebhookDeliveriesRepository {
  constructor(@InjectRepository(WebhookDelivery) private readonly deliveries: Repository<WebhookDelivery>) {}

  /** Inserts new deliveries, all made at the same time. */
  async insert(manager: EntityManager, deliveries: readonly WebhookDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    await execute(manager, INSERT, [
      deliveries.map(({ organizationId }) => organizationId),
      deliveries.map(({ id }) => id),
      deliveries.map(({ endpointId }) => endpointId),
      deliveries.map(({ type }) => type),
      deliveries.map(({ payload }) => payload),
      deliveries.map(({ contactId }) => contactId),
      deliveries.map(({ byHand }) => byHand),
      deliveries[0]!.createdAt,
    ]);
  }

  find(organizationId: string, endpointId: string, id: string): Promise<WebhookDelivery | null> {
    return this.deliveries.findOneBy({ organizationId, endpointId, id });
  }

  /** Newest first, counted to a limit. */
  list(
    organizationId: string,
    endpointId: string,
    status: DeliveryStatus | undefined,
    window: Window,
  ): Promise<CursorPage<WebhookDelivery>> {
    const query = this.deliveries
      .createQueryBuilder('delivery')
      .where('delivery.organizationId = :organizationId AND delivery.endpointId = :endpointId', {
        organizationId,
        endpointId,
      });
    if (status) query.andWhere('delivery.status = :status', { status });
    return newestFirst(query, window, (matching) => countUpTo(matching, COUNT_LIMIT));
  }

  /** Locks a delivery for the rest of the transaction. */
  lock(
    manager: EntityManager,
    reference: { organizationId: string; id: string; endpointId?: string },
  ): Promise<WebhookDelivery | null> {
    const { organizationId, id, endpointId } = reference;
    return manager.findOne(WebhookDelivery, {
      where: { organizationId, id, ...(endpointId !== undefined && { endpointId }) },
      lock: { mode: 'for_no_key_update' },
    });
  }

  /** Writes a delivery that the transaction has locked. */
  async save(manager: EntityManager, delivery: WebhookDelivery): Promise<void> {
    const { organizationId, id, status, failures, attempts, nextAttemptAt, byHand, leasedUntil } = delivery;
    await manager.update(
      WebhookDelivery,
      { organizationId, id },
      { status, failures, attempts, nextAttemptAt, byHand, leasedUntil },
    );
  }

  /** Removes all that speak of a contact. */
  async forget(manager: EntityManager, { organizationId, id: contactId }: Contact): Promise<void> {
    await manager.delete(WebhookDelivery, { organizationId, contactId });
  }
}
