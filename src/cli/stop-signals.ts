/** Holds signals back that would end the process, until it has closed what it has opened. */
export class StopSignals {
  /** Resolves when there is one. */
  readonly first: Promise<void>;
  private received?: NodeJS.Signals;
  private note!: (signal: NodeJS.Signals) => void;

  constructor(private readonly held: readonly NodeJS.Signals[]) {
    this.first = new Promise((resolve) => {
      this.note = (signal) => {
        this.received ??= signal;
        resolve();
      };
    });
    for (const signal of held) process.on(signal, this.note);
  }

  /** Ends the process as the signal would have that came, if one has come; the next one is not held back. */
  release(): void {
    for (const signal of this.held) process.off(signal, this.note);
    if (this.received) process.kill(process.pid, this.received);
  }
}
