import { createApp } from '../src/app.setup';
import { IssueTicketsService } from '../src/attendees/issue-tickets.service';
import { drainHttp } from '../src/bootstrap';
import { loadEnvironment } from '../src/common/config/environment';
import type { StoredResponse } from '../src/common/idempotency/stored-response';

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
  process.on('SIGTERM', () => {
    void drainHttp(app.getHttpServer())
      .then(() => app.close())
      .then(() => process.exit(0));
  });
  await app.listen(environment.port, environment.host);
}

void startFloor();
