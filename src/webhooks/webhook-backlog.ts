import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { transactionTime } from '../common/database/statements';
import { afterCommit } from '../common/database/transactions';
import type { Backlog } from '../notifications/relay';
import type { Parcel, RowReference } from '../notifications/transport';
import { NEXT_DELIVERIES } from './next-deliveries';
import type { WebhookDelivery } from './webhook-delivery.entity';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository';
import type { WebhookEndpoint } from './webhook-endpoint.entity';
import { WebhookEndpointsRepository } from './webhook-endpoints.repository';

/** Longer than an attempt and its noting take. */
const ATTEMPT_LEASE_MS = 15_000;

const LEASE = `
  UPDATE webhook_deliveries d SET leased_until = now() + make_interval(secs => $3)
  FROM unnest($1::text[], $2::text[]) AS taken (organization_id, id)
  WHERE (d.organization_id, d.id) = (taken.organization_id, taken.id)`;

/** A delivery in hand, and its endpoint as it was then. */
export interface Claimed {
  delivery: WebhookDelivery;
  endpoint: WebhookEndpoint;
}

/** Deliveries that wait to be tried. */
@Injectable()
export class WebhookBacklog implements Backlog<Parcel> {
  private readonly added = new EventEmitter();

  constructor(
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly endpoints: WebhookEndpointsRepository,
  ) {}

  /** Tells relays, once the transaction is committed, that there is something to do. */
  announce(manager: EntityManager): void {
    afterCommit(manager, () => this.added.emit('added'));
  }

  onAdded(listener: () => void): void {
    this.added.on('added', listener);
  }

  takeAvailable(manager: EntityManager, limit: number): Promise<Parcel[]> {
    return manager.query<Parcel[]>(NEXT_DELIVERIES, [limit]);
  }

  async lease(manager: EntityManager, parcels: readonly Parcel[], seconds: number): Promise<void> {
    await manager.query(LEASE, [
      parcels.map(({ organizationId }) => organizationId),
      parcels.map(({ id }) => id),
      seconds,
    ]);
  }

  /** Nothing tells those that were lost from those that are being tried, so the leases run out by themselves. */
  endLeases(): Promise<void> {
    return Promise.resolve();
  }

  /** A delivery that is to be tried now, leased for as long as that takes; null when there is nothing to do any more. */
  async claim(manager: EntityManager, reference: RowReference): Promise<Claimed | null> {
    const delivery = await this.deliveries.lock(manager, reference);
    const now = await transactionTime(manager);
    if (!delivery?.isDue(now)) return null;
    const endpoint = await this.endpoints.findIn(manager, delivery.organizationId, delivery.endpointId);
    if (endpoint?.status !== 'enabled') return null;
    delivery.leasedUntil = new Date(now.getTime() + ATTEMPT_LEASE_MS);
    await this.deliveries.save(manager, delivery);
    return { delivery, endpoint };
  }
}
