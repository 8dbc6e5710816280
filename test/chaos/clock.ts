/** Loaded ahead of a program whose clock is to be wrong: each SIGUSR2 sets it a day forward, a day back, and right. */
const DAY_MS = 26 * 3_600_000;
const OFFSETS = [DAY_MS, -DAY_MS, 0];

const RealDate = Date;
let jumps = 0;
let offset = 0;

process.on('SIGUSR2', () => (offset = OFFSETS[jumps++ % OFFSETS.length]!));

globalThis.Date = class extends RealDate {
  static override now(): number {
    return RealDate.now() + offset;
  }

  constructor(...args: [] | [string]) {
    if (args.length === 0) super(RealDate.now() + offset);
    else super(...args);
  }
} as DateConstructor;
