import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { ANSWERED, isAnswered } from './answered';
import { removeFrom } from './remove-from';

/**
 * Most requests inside of the framework. Four full transactions of create attendee; more would only be more to carry
 * about for the garbage collector. The others wait here, where they weigh little.
 */
const MOST_ACTIVE = 256;

/** Most probes that may go first at a time. Who watches a process sends one now and then. */
const MOST_PROBES = 16;

/** Most turns that a request waits for connections which want to come in. */
const TURNS_FOR_CONNECTIONS = 4;

type Exchange = [IncomingMessage, ServerResponse];

/**
 * Hands requests on one by one, each in a turn of the event loop of its own, and so many at a time.
 *
 * Node accepts one connection per turn (libuv since 1.45). When a turn does all the requests that are there, a few
 * hundred busy connections make it so long that nobody new comes in: a client that opens a connection in a rush would
 * wait for minutes. So turns are kept short, and while connections come in a request lets a few of them pass.
 */
export class RequestPacer {
  private readonly waiting: Exchange[] = [];
  /** Of who watches the process and must see it at its worst. */
  private readonly probes: Exchange[] = [];
  private turn?: NodeJS.Immediate;
  private active = 0;
  private activeProbes = 0;
  private lastWasProbe = false;
  private connected = false;
  private turnsGiven = 0;

  constructor(
    server: Server,
    private readonly next: RequestListener,
  ) {
    server.on('connection', () => (this.connected = true));
  }

  handOn(request: IncomingMessage, response: ServerResponse): void {
    this.enqueue(this.waiting, [request, response]);
  }

  /** Whether one more probe may go first. */
  takesProbe(): boolean {
    return this.activeProbes < MOST_PROBES;
  }

  /** Hands a request on before the others, but every second turn is theirs. */
  handOnProbe(request: IncomingMessage, response: ServerResponse): void {
    this.activeProbes++;
    response.once(ANSWERED, () => this.activeProbes--);
    this.enqueue(this.probes, [request, response]);
  }

  private enqueue(queue: Exchange[], exchange: Exchange): void {
    queue.push(exchange);
    // Whoever hangs up meanwhile has lost interest.
    exchange[1].once('close', () => removeFrom(queue, exchange));
    this.schedule();
  }

  private schedule(): void {
    if (this.probes.length > 0 || this.takesWaiting()) this.turn ??= setImmediate(this.take);
  }

  private takesWaiting(): boolean {
    return this.waiting.length > 0 && this.active < MOST_ACTIVE;
  }

  private readonly take = (): void => {
    this.turn = undefined;
    const gives = this.connected && this.turnsGiven < TURNS_FOR_CONNECTIONS;
    this.connected = false;
    this.turnsGiven = gives ? this.turnsGiven + 1 : 0;
    if (!gives) this.begin();
    this.schedule();
  };

  private begin(): void {
    const next = this.takeNext();
    if (!next) return;
    const [request, response] = next;
    // One that is still arriving takes no place from those that are there.
    if (request.complete) this.count(response);
    else request.once('end', () => this.count(response));
    this.next(request, response);
  }

  private takeNext(): Exchange | undefined {
    const takesWaiting = this.takesWaiting();
    this.lastWasProbe = this.probes.length > 0 && !(this.lastWasProbe && takesWaiting);
    if (this.lastWasProbe) return this.probes.shift();
    return takesWaiting ? this.waiting.shift() : undefined;
  }

  private count(response: ServerResponse): void {
    if (isAnswered(response)) return;
    this.active++;
    response.once(ANSWERED, () => {
      this.active--;
      this.schedule();
    });
  }
}
