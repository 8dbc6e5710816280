import type { WebhookDeliveryDetailsDto, WebhookDeliveryDto } from './dto/webhook-delivery.dto';
import type { WebhookDelivery } from './webhook-delivery.entity';

/** Without what was sent: that may be more than the caller may read. */
export function viewDelivery(delivery: WebhookDelivery): WebhookDeliveryDto {
  return {
    id: delivery.id,
    webhook_endpoint_id: delivery.endpointId,
    type: delivery.type,
    status: delivery.status,
    response_code: delivery.attempts.at(-1)?.response_code ?? null,
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
    created_at: delivery.createdAt.toISOString(),
  };
}

export function viewDeliveryDetails(delivery: WebhookDelivery): WebhookDeliveryDetailsDto {
  return { ...viewDelivery(delivery), attempts: delivery.attempts };
}
