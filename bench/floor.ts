import type { StoredResponse } from '../src/common/idempotency/stored-response';
import { startUsherWith } from './usher-with';

/**
 * The floor: Usher itself, in which create attendee gives the same answer every time. Request id, security headers,
 * body parser, guards, idempotency header, validation, controller and the way an answer is sent are the real ones;
 * what is left out is admission and its transaction. The bench tells it the answer: one that Usher gave.
 */
let answer: StoredResponse = { status: 201, body: '{}', replayed: false };

process.on('message', (given: StoredResponse) => {
  answer = given;
  process.send!({ ready: true });
});

void startUsherWith(() => () => Promise.resolve(answer));
