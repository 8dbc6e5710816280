import { createApp } from '../src/app.setup';
import { IssueTicketsService } from '../src/attendees/issue-tickets.service';
import { loadEnvironment } from '../src/common/config/environment';
import type { StoredResponse } from '../src/common/idempotency/stored-response';
import { Metrics } from '../src/common/observability/metrics';
import { HttpServer } from '../src/http-server';

/**
 * The floor: Usher itself, in which create attendee gives the same answer every time. Request id, security headers,
 * body parser, guards, idempotency header, validation, controller and the way an answer is sent are the real ones;
 * what is left out is admission and its transaction. The bench tells it the answer: one that Usher gave.
 */
async function startFloor(): Promise<void> {
  const environment = loadEnvironment();
  const app = await createApp(environment);
  let answer: StoredResponse = { status: 201, body: '{}', replayed: false };
  app.get(IssueTicketsService).issue = () => Promise.resolve(answer);
  process.on('message', (given: StoredResponse) => {
    answer = given;
    process.send!({ ready: true });
  });
  await app.init();
  const http = await HttpServer.listen(app.getHttpServer(), environment, app.get(Metrics));
  process.on('SIGTERM', () => {
    void http
      .close()
      .then(() => app.close())
      .then(() => process.exit(0));
  });
}

void startFloor();
