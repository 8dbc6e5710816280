import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/** Most turns that a request waits for connections which want to come in. */
const TURNS_FOR_CONNECTIONS = 4;

/**
 * Hands requests on one by one, each in a turn of the event loop of its own.
 *
 * Node accepts one connection per turn (libuv since 1.45). When a turn does all the requests that are there, a few
 * hundred busy connections make it so long that nobody new comes in: a client that opens a connection in a rush would
 * wait for minutes. So turns are kept short, and while connections come in a request lets a few of them pass.
 */
export class RequestPacer {
  private readonly waiting: [IncomingMessage, ServerResponse][] = [];
  private turn?: NodeJS.Immediate;
  private connected = false;
  private turnsGiven = 0;

  constructor(
    server: Server,
    private readonly next: RequestListener,
  ) {
    server.on('connection', () => (this.connected = true));
  }

  handOn(request: IncomingMessage, response: ServerResponse): void {
    this.waiting.push([request, response]);
    this.turn ??= setImmediate(this.take);
  }

  private readonly take = (): void => {
    const gives = this.connected && this.turnsGiven < TURNS_FOR_CONNECTIONS;
    this.connected = false;
    this.turnsGiven = gives ? this.turnsGiven + 1 : 0;
    const taken = gives ? undefined : this.nextOf();
    this.turn = this.waiting.length > 0 ? setImmediate(this.take) : undefined;
    if (taken) this.next(...taken);
  };

  /** Whoever has hung up meanwhile has lost interest. */
  private nextOf(): [IncomingMessage, ServerResponse] | undefined {
    let first;
    do first = this.waiting.shift();
    while (first?.[1].closed);
    return first;
  }
}
