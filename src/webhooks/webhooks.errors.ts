import { DomainError } from '../common/errors/domain-error';

export class WebhookEndpointNotFound extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'webhook_endpoint_not_found', message: 'Webhook endpoint not found' });
  }
}

export class WebhookDeliveryNotFound extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'webhook_delivery_not_found', message: 'Webhook delivery not found' });
  }
}

/** What happens is sent as often as there are endpoints that want it. */
export class TooManyWebhookEndpoints extends DomainError {
  constructor(limit: number) {
    super({
      kind: 'conflict',
      code: 'too_many_webhook_endpoints',
      message: `An organization can have ${limit} webhook endpoints at most`,
      details: { limit },
    });
  }
}

/** An endpoint is sent what the API shows, so only who may read it may have it sent. */
export class TypesExceedScopes extends DomainError {
  constructor(missing: string[]) {
    super({
      kind: 'forbidden',
      code: 'scopes_exceeded',
      message: 'An API key cannot have things sent that it may not read',
      details: { missing_scopes: missing },
    });
  }
}

export class WebhookEndpointDisabled extends DomainError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'webhook_endpoint_disabled',
      message: 'The webhook endpoint is disabled. Enable it before anything is sent to it.',
    });
  }
}
