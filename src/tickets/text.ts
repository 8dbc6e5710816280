/**
 * Unicode's marks that change the direction of the text after them (UAX #9: embeddings, overrides, isolates): with one
 * of them a name can turn around what follows it and show other words than are there.
 */
const DIRECTION_CHANGES = /[\u202A-\u202E\u2066-\u2069]/g;

/** Text as one line that can stand anywhere, in a mail header too: control characters become spaces. */
export function oneLine(text: string): string {
  return text
    .replace(DIRECTION_CHANGES, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}

/** Text with its line breaks, and no other control characters. */
export function lines(text: string): string[] {
  return text
    .trim()
    .split(/\r\n|[\n\r\p{Zl}\p{Zp}]/u)
    .map(oneLine);
}

/** The parts that there are, as one line each. */
export function present(...parts: (string | null | undefined)[]): string[] {
  return parts.map((part) => oneLine(part ?? '')).filter((part) => part !== '');
}
