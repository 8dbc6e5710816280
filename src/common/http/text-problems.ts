const MAX_DEPTH = 20;

/** Names that class-transformer and Nest drop without a word, so that they would pass as known fields. */
const NEVER_A_FIELD = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/**
 * Finds text that PostgreSQL cannot store or that would not come back as it went in: NUL characters and lone
 * surrogates, in values and in names, at any depth. One such value would otherwise fail the whole batch it is in.
 * Names that every JavaScript object has are found too.
 */
export function textProblems(value: unknown, path = '', depth = 0): Record<string, string[]> {
  if (typeof value === 'string') {
    const problem = problemOf(value);
    return problem ? { [path || 'body']: [problem] } : {};
  }
  if (typeof value !== 'object' || value === null) return {};
  if (depth >= MAX_DEPTH) return { [path]: [`must not be nested deeper than ${MAX_DEPTH} levels`] };
  const problems: Record<string, string[]> = {};
  for (const [name, inner] of Object.entries(value)) {
    const namePath = path ? `${path}.${name}` : name;
    if (problemOf(name)) problems[path || 'body'] = ['has a field whose name is not valid text'];
    else if (NEVER_A_FIELD.has(name)) problems[path || 'body'] = [`has the unknown field ${name}`];
    else Object.assign(problems, textProblems(inner, namePath, depth + 1));
  }
  return problems;
}

function problemOf(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not contain NUL characters';
  if (!text.isWellFormed()) return 'must be well-formed Unicode';
  return undefined;
}
