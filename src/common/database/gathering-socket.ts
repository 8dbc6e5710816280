import { Socket } from 'node:net';

/**
 * A socket that sends in one system call what is written to it, corked, between two turns of the event loop: all
 * statements of a round trip, each of which the driver would send by itself. Only for the driver, which ends it after
 * the last of its messages is sent: a socket that is ended with something in hand would never finish.
 */
export class GatheringSocket extends Socket {
  override uncork(): void {
    process.nextTick(() => super.uncork());
  }
}
