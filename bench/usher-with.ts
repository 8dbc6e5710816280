import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from '../src/app.setup';
import { IssueTicketsService } from '../src/attendees/issue-tickets.service';
import { type Environment, loadEnvironment } from '../src/common/config/environment';
import { Metrics } from '../src/common/observability/metrics';
import { HttpServer } from '../src/http-server';

/** Starts Usher itself with another way to issue tickets; all that stands before and after it is the real thing. */
export async function startUsherWith(
  issueOf: (app: NestExpressApplication, environment: Environment) => IssueTicketsService['issue'],
): Promise<void> {
  const environment = loadEnvironment();
  const app = await createApp(environment);
  app.get(IssueTicketsService).issue = issueOf(app, environment);
  await app.init();
  const http = await HttpServer.listen(app.getHttpServer(), environment, app.get(Metrics));
  process.on('SIGTERM', () => {
    void http
      .close()
      .then(() => app.close())
      .then(() => process.exit(0));
  });
}
