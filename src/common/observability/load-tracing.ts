import type { Environment } from '../config/environment';
import type { OtlpTracing as Loaded } from './otlp-tracing';
import { Tracing } from './tracing';

export function loadTracing({ otlpEndpoint, serviceName }: Environment): Tracing {
  if (!otlpEndpoint) return new Tracing();
  // Who traces nothing does not load the packages that could.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { OtlpTracing } = require('./otlp-tracing') as { OtlpTracing: typeof Loaded };
  return new OtlpTracing(otlpEndpoint, serviceName);
}
