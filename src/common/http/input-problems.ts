import { type FieldErrors, fieldPath } from '../errors/field-errors';

const MAX_DEPTH = 20;

/** Fields and items of lists, at all depths together: several times what the largest of all requests needs. */
const MAX_VALUES = 500;

/** Names that class-transformer and Nest drop without a word, so that they would pass as known fields. */
const NEVER_A_FIELD = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

export interface InputProblems {
  /** Nothing may look deeper into what has them. */
  shape: FieldErrors;
  /** Of values that nothing could store. */
  text: FieldErrors;
}

/**
 * Finds text that PostgreSQL cannot store or that would not come back as it went in: NUL characters and lone
 * surrogates, in values and in names, at any depth. One such value would otherwise fail the whole batch it is in.
 * Names that every JavaScript object has are found too, and more values than it could take long to validate.
 * `whole` names what is looked through.
 */
export function inputProblems(value: unknown, whole = 'body'): InputProblems {
  const search = new Search(whole);
  search.look(value);
  return search.problems;
}

class Search {
  readonly problems: InputProblems = { shape: {}, text: {} };
  private values = 0;

  constructor(private readonly whole: string) {}

  look(value: unknown, path = '', depth = 0): void {
    if (typeof value === 'string') {
      const problem = problemOf(value);
      if (problem) this.problems.text[path || this.whole] = [problem];
    } else if (typeof value === 'object' && value !== null) {
      if (depth >= MAX_DEPTH) this.noteShape(path, `must not be nested deeper than ${MAX_DEPTH} levels`);
      else this.lookInto(value, path, depth);
    }
  }

  private lookInto(value: object, path: string, depth: number): void {
    const entries = Object.entries(value);
    this.values += entries.length;
    if (this.values > MAX_VALUES) {
      this.noteShape('', `must not have more than ${MAX_VALUES} values`);
      return;
    }
    for (const [name, inner] of entries) {
      if (problemOf(name)) this.noteShape(path, 'has a field whose name is not valid text');
      else if (NEVER_A_FIELD.has(name)) this.noteShape(path, `has the unknown field ${name}`);
      else this.look(inner, fieldPath(path, name), depth + 1);
    }
  }

  private noteShape(path: string, problem: string): void {
    this.problems.shape[path || this.whole] = [problem];
  }
}

function problemOf(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not contain NUL characters';
  if (!text.isWellFormed()) return 'must be well-formed Unicode';
  return undefined;
}
