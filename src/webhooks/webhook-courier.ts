import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Counter } from 'prom-client';
import type { EntityManager } from 'typeorm';
import { transactionTime } from '../common/database/statements';
import { afterCommit, Transactions } from '../common/database/transactions';
import { Metrics } from '../common/observability/metrics';
import type { RowReference } from '../notifications/transport';
import { type Claimed, WebhookBacklog } from './webhook-backlog';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository';
import type { Attempt } from './webhook-delivery.entity';
import type { WebhookEndpoint } from './webhook-endpoint.entity';
import { WebhookEndpointsRepository } from './webhook-endpoints.repository';
import { WebhookSender } from './webhook-sender';

/**
 * Tries one delivery, at least once: claimed in one transaction, sent in none, noted in another. A process that dies in
 * between leaves a lease that runs out, and the delivery goes out again under the same id.
 */
@Injectable()
export class WebhookCourier {
  private readonly attempts: Counter<'outcome'>;
  private readonly disabled: Counter<'reason'>;

  constructor(
    private readonly transactions: Transactions,
    private readonly backlog: WebhookBacklog,
    private readonly sender: WebhookSender,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    this.attempts = metrics.counter('usher_webhook_attempts_total', 'Attempts to deliver a webhook', [
      'outcome',
    ]);
    this.disabled = metrics.counter(
      'usher_webhook_endpoints_disabled_total',
      'Webhook endpoints that were disabled because they failed or were gone',
      ['reason'],
    );
  }

  async deliver(reference: RowReference): Promise<void> {
    const claimed = await this.transactions.run((manager) => this.backlog.claim(manager, reference));
    if (!claimed) return;
    const attempt = await this.sender.attempt(claimed.delivery, claimed.endpoint);
    await this.transactions.run((manager) => this.note(manager, claimed, attempt));
  }

  private async note(
    manager: EntityManager,
    { delivery: { organizationId, id }, endpoint }: Claimed,
    attempt: Attempt,
  ): Promise<void> {
    const delivery = await this.deliveries.lock(manager, { organizationId, id });
    // Erased with the contact that it spoke of.
    if (!delivery) return;
    const now = await transactionTime(manager);
    delivery.noteAttempt(attempt, now);
    await this.deliveries.save(manager, delivery);
    const { error } = attempt;
    if (error === null) await this.endpoints.noteSuccess(manager, endpoint);
    else {
      this.logger.info({ delivery: id, endpoint: endpoint.id, error }, 'Webhook not delivered');
      await this.noteFailure(manager, endpoint, attempt, now);
    }
    afterCommit(manager, () => this.attempts.inc({ outcome: error === null ? 'delivered' : 'failed' }));
    // There may be room for the next one of this endpoint.
    this.backlog.announce(manager);
  }

  private async noteFailure(
    manager: EntityManager,
    tried: WebhookEndpoint,
    { response_code }: Attempt,
    now: Date,
  ): Promise<void> {
    const { organizationId, id, url } = tried;
    const endpoint = await this.endpoints.lock(manager, organizationId, id);
    // It says nothing of a URL that it has got meanwhile.
    if (endpoint?.url !== url) return;
    if (endpoint.noteFailure(response_code, now)) {
      const reason = endpoint.disabledReason!;
      afterCommit(manager, () => this.disabled.inc({ reason }));
      this.logger.warn({ endpoint: id, organization: organizationId, reason }, 'Webhook endpoint disabled');
    }
    await this.endpoints.save(manager, endpoint);
  }
}
