import { containing } from '../common/database/like';

/**
 * The pattern of LIKE, to be lower-cased, that finds `text` in a contact's search text. One or two letters are too little
 * for an index of trigrams, unless they begin a word.
 */
export function searchPattern(text: string): string {
  return /^[\p{L}\p{M}\p{N}]{1,2}$/u.test(text) ? `% ${text}%` : containing(text);
}
