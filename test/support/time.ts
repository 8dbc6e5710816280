/** The clocks of this process jump ahead and stand still there, until `jest.restoreAllMocks()`. Timers go on. */
export function jumpAhead(seconds: number): void {
  for (const clock of [Date, performance]) {
    const then = clock.now() + seconds * 1_000;
    jest.spyOn(clock, 'now').mockImplementation(() => then);
  }
}

/** Somebody sets the clock of this machine back, until `jest.restoreAllMocks()`. It goes on from there. */
export function setBack(seconds: number): void {
  jest.spyOn(Date, 'now').mockImplementation(() => new Date().getTime() - seconds * 1_000);
}
