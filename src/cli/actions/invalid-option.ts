/** An option that only the loaded app can judge; in the words of those that are judged before. */
export class InvalidOption extends Error {
  constructor(flags: string, value: string, reason: string) {
    super(`error: option '${flags}' argument '${value}' is invalid. ${reason}`);
  }
}
