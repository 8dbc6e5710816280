import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../auth/require-scope.decorator';
import { Health, type Readiness } from './health';

/** For load balancers and orchestrators; outside the API's base path. */
@Public()
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  /** Asks nobody: a process is not to be restarted because its database is away. */
  @Get('live')
  @Header('Cache-Control', 'no-store')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Header('Cache-Control', 'no-store')
  ready(): Promise<Readiness> {
    return this.health.ready();
  }
}
