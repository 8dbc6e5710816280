import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Header, Headers, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../auth/require-scope.decorator';
import { ENVIRONMENT, type Environment } from '../config/environment';
import { Metrics } from './metrics';
import { MetricsTokenMissing } from './metrics.errors';

/**
 * For Prometheus; outside the API's base path. Tells of routes, counts and times and of no organization or person, so
 * it is open like the health routes unless there is a `METRICS_TOKEN`. A proxy should keep it from the internet.
 */
@Public()
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @Header('Content-Type', Metrics.CONTENT_TYPE)
  scrape(@Headers('authorization') authorization = ''): Promise<string> {
    const { metricsToken } = this.environment;
    if (metricsToken && !isSame(authorization, `Bearer ${metricsToken}`)) throw new MetricsTokenMissing();
    return this.metrics.scrape();
  }
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
