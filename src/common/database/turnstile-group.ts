import { Overloaded, ServiceUnavailable } from '../errors/request.errors';

/** As long as one waits for a connection of the pool. */
const PATIENCE_MS = 5_000;

/** How long one may be inside until the line behind counts as held up. */
const HELD_UP_MS = 250;

/** Most that stand in a line which is held up. */
const MOST_IN_LINE = 64;

export interface Limits {
  /** Most of a group that are inside at a time. */
  most: number;
  /** Most of them that share a part of it. Default: as many. */
  mostOfPart?: number;
  patienceMs?: number;
  heldUpMs?: number;
  mostInLine?: number;
}

/** The line is held up, and who was told so would rather not stand in it. */
export class LineHeldUp extends Error {}

type Part = string | undefined;

interface Room {
  inside: number;
  /** Since somebody was inside for too long, and until somebody was not. */
  heldUp: boolean;
}

interface Waiting {
  part: Part;
  unlessHeldUp: boolean;
  enter(): void;
  refuse(error: Error): void;
  timer: NodeJS.Timeout;
}

/**
 * Those who wait for one another. A rush may stand in line while the line moves, however long it is. One that is held
 * up is cut short, as whoever stands in it still has a place among the requests that are worked on.
 */
export class TurnstileGroup {
  private readonly limits: Required<Limits>;
  private readonly whole: Room = { inside: 0, heldUp: false };
  /** Only those where somebody is inside. */
  private readonly parts = new Map<Part, Room>();
  private line: Waiting[] = [];

  constructor(limits: Limits) {
    this.limits = {
      mostOfPart: limits.most,
      patienceMs: PATIENCE_MS,
      heldUpMs: HELD_UP_MS,
      mostInLine: MOST_IN_LINE,
      ...limits,
    };
  }

  get isEmpty(): boolean {
    return this.whole.inside === 0;
  }

  /** @throws ServiceUnavailable, Overloaded, LineHeldUp */
  async enter(part: Part, unlessHeldUp: boolean): Promise<void> {
    if (this.fullRooms(part).length > 0) return this.standInLine(part, unlessHeldUp);
    this.takePlace(part);
  }

  /** Notices when one who has come in is inside for too long. */
  watch(part: Part): { end(): void } {
    const tell = (heldUp: boolean) => this.rooms(part).forEach((room) => (room.heldUp = heldUp));
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      tell(true);
      this.cutShort();
    }, this.limits.heldUpMs);
    const end = () => {
      clearTimeout(timer);
      if (!late) tell(false);
    };
    return { end };
  }

  /** The first in line that may now come in takes the place over. */
  leave(part: Part): void {
    for (const room of this.rooms(part)) room.inside--;
    const next = this.line.find((one) => this.fullRooms(one.part).length === 0);
    if (next) {
      this.remove(next);
      this.takePlace(next.part);
      next.enter();
    }
    if (this.parts.get(part)?.inside === 0) this.parts.delete(part);
  }

  private rooms(part: Part): Room[] {
    const room = this.parts.get(part);
    return room ? [this.whole, room] : [this.whole];
  }

  private fullRooms(part: Part): Room[] {
    const { most, mostOfPart } = this.limits;
    return this.rooms(part).filter((room) => room.inside >= (room === this.whole ? most : mostOfPart));
  }

  private takePlace(part: Part): void {
    if (part !== undefined && !this.parts.has(part)) this.parts.set(part, { inside: 0, heldUp: false });
    for (const room of this.rooms(part)) room.inside++;
  }

  private standInLine(part: Part, unlessHeldUp: boolean): Promise<void> {
    return new Promise((enter, refuse) => {
      const timer = setTimeout(() => {
        this.remove(one);
        refuse(new ServiceUnavailable());
      }, this.limits.patienceMs);
      const one = { part, unlessHeldUp, enter, refuse, timer };
      this.line.push(one);
      if (this.isHeldUp(one)) this.cutShort();
    });
  }

  private isHeldUp({ part }: { part: Part }): boolean {
    return this.fullRooms(part).some(({ heldUp }) => heldUp);
  }

  private cutShort(): void {
    const heldUp = this.line.filter((one) => this.isHeldUp(one));
    const [unwilling, willing] = [true, false].map((is) => heldUp.filter((one) => one.unlessHeldUp === is));
    for (const one of unwilling!) this.refuse(one, new LineHeldUp());
    for (const one of willing!.slice(this.limits.mostInLine)) this.refuse(one, new Overloaded());
  }

  private refuse(one: Waiting, error: Error): void {
    this.remove(one);
    one.refuse(error);
  }

  private remove(one: Waiting): void {
    clearTimeout(one.timer);
    this.line = this.line.filter((other) => other !== one);
  }
}
