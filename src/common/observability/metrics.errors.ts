import { DomainError } from '../errors/domain-error';

export class MetricsTokenMissing extends DomainError {
  constructor() {
    super({
      kind: 'unauthenticated',
      code: 'metrics_token_missing',
      message: 'Metrics are shown to those who send the METRICS_TOKEN as bearer token',
      challenge: 'Bearer realm="Usher metrics"',
    });
  }
}
