/** A command that waits for its transaction, and whoever waits for its result. */
export interface Waiting<Command, Result> {
  command: Command;
  /** What it contends for. */
  key: string;
  /** When it was submitted, on the clock of `performance.now()`. */
  since: number;
  /** Whether it has its result already, though the transaction goes on for others. */
  answered?: boolean;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** A queue whose commands are taken from it batch by batch, and a note of what they contend for. */
export class Lane<Command, Result> {
  readonly waiting: Waiting<Command, Result>[] = [];
  /** While there is something to do. */
  running?: Promise<void>;
  /** Whether its batch takes so long that only those should wait for it that must. */
  heldUp = false;
  private readonly busy = new Set<string>();
  /** How many commands wait for each key. */
  private readonly wanted = new Map<string, number>();

  /** Whether a command with this key waits or is in the batch. */
  knows(key: string): boolean {
    return this.busy.has(key) || this.wanted.has(key);
  }

  add(one: Waiting<Command, Result>): void {
    this.waiting.push(one);
    this.wanted.set(one.key, (this.wanted.get(one.key) ?? 0) + 1);
  }

  /** Takes the batch that is to run now, until `end`. */
  begin(most: number): Waiting<Command, Result>[] {
    const batch = this.takeAway(most);
    for (const { key } of batch) this.busy.add(key);
    return batch;
  }

  end(): void {
    this.busy.clear();
    this.heldUp = false;
  }

  /** Takes away the first that wait. */
  takeAway(most = Infinity): Waiting<Command, Result>[] {
    const taken = this.waiting.splice(0, most);
    for (const { key } of taken) {
      const left = this.wanted.get(key)! - 1;
      if (left > 0) this.wanted.set(key, left);
      else this.wanted.delete(key);
    }
    return taken;
  }

  /** Takes away those that were submitted before. */
  takeAwayLate(before: number): Waiting<Command, Result>[] {
    const inTime = this.waiting.findIndex(({ since }) => since >= before);
    return this.takeAway(inTime < 0 ? undefined : inTime);
  }

  /** Takes away all that contend for nothing that the batch has. */
  takeAwayOthers(): Waiting<Command, Result>[] {
    const all = this.takeAway();
    for (const one of all) if (this.busy.has(one.key)) this.add(one);
    return all.filter(({ key }) => !this.busy.has(key));
  }
}
