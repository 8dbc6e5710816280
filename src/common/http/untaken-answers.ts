import type { ServerResponse } from 'node:http';
import { ANSWERED } from './answered';

/** Most memory for answers that wait for their clients to read on, in bytes. */
const MOST_BYTES = 128 * 1024 ** 2;

/** What a stream holds ready for its client: about one buffer of its own and one of the connection. */
const BYTES_OF_STREAM = 128 * 1024;

interface Untaken {
  response: ServerResponse;
  bytes: number;
}

/**
 * Answers that are bigger than what the system takes for a client at once, until the client has read them. They take no
 * place from anybody, but memory: when it is used up, whoever has been reading for the longest time is hung up on.
 */
export class UntakenAnswers {
  private readonly untaken: Untaken[] = [];
  private bytes = 0;

  watch(response: ServerResponse): void {
    response.once(ANSWERED, () => this.add(response));
  }

  private add(response: ServerResponse): void {
    if (response.closed) return;
    const bytes = response.writableEnded ? response.writableLength : BYTES_OF_STREAM;
    if (bytes === 0) return;
    const one = { response, bytes };
    this.untaken.push(one);
    this.bytes += bytes;
    response.once('close', () => this.remove(one));
    while (this.bytes > MOST_BYTES) this.giveUp(this.untaken[0]!);
  }

  private giveUp(one: Untaken): void {
    this.remove(one);
    one.response.destroy();
  }

  private remove(one: Untaken): void {
    const index = this.untaken.indexOf(one);
    if (index < 0) return;
    this.untaken.splice(index, 1);
    this.bytes -= one.bytes;
  }
}
