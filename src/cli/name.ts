import { InvalidArgumentError } from 'commander';

const MOST_CHARACTERS = 120;

/** A name as the API takes it. */
export function nonEmptyName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > MOST_CHARACTERS) {
    throw new InvalidArgumentError(`Must have 1 to ${MOST_CHARACTERS} characters.`);
  }
  return name;
}
