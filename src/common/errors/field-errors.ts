/** What is wrong with each field: `{ "contact.email": ["must be an email"] }`. */
export type FieldErrors = Record<string, string[]>;

/** Most fields that an answer names. */
const MOST_FIELDS = 100;

/** In characters: the name of a field may be as long as the body, and stand above all others. */
const MOST_OF_PATH = 200;

/** By what a field is named; one that is too long is cut off. `parent` is empty for fields of the body itself. */
export function fieldPath(parent: string, name: string): string {
  const path = parent ? `${parent}.${name}` : name;
  return path.length > MOST_OF_PATH ? `${path.slice(0, MOST_OF_PATH).toWellFormed()}…` : path;
}

export function isEmpty(fieldErrors: FieldErrors): boolean {
  return Object.keys(fieldErrors).length === 0;
}

/** What all of these say, a field's in their order. */
export function joined(...all: FieldErrors[]): FieldErrors {
  const messages = new Map<string, string[]>();
  for (const [path, more] of all.flatMap((fieldErrors) => Object.entries(fieldErrors))) {
    messages.set(path, [...(messages.get(path) ?? []), ...more]);
  }
  return Object.fromEntries(messages);
}

/** As many as are of use to the client, so that no request makes an answer much bigger than itself. */
export function firstOf(fieldErrors: FieldErrors): FieldErrors {
  return Object.fromEntries(Object.entries(fieldErrors).slice(0, MOST_FIELDS));
}
