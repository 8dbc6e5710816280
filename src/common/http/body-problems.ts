import { type FieldErrors, joined } from '../errors/field-errors';

const noted = new WeakMap<object, FieldErrors>();

/** Notes what is wrong with a body before it is validated: the validation tells it together with what it finds itself. */
export function noteProblems(body: object, problems: FieldErrors): void {
  noted.set(body, joined(notedProblems(body) ?? {}, problems));
}

export function notedProblems(body: unknown): FieldErrors | undefined {
  return noted.get(body as object);
}
