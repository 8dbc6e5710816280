/** The clock of this process jumps ahead and stands still there, until `jest.restoreAllMocks()`. Timers go on. */
export function jumpAhead(seconds: number): void {
  const then = Date.now() + seconds * 1_000;
  jest.spyOn(Date, 'now').mockImplementation(() => then);
}
