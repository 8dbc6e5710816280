import { containing } from '../common/database/like';

/**
 * What a search looks through: the names and the e-mail address of a contact, each after a space. The index
 * `contacts_search` is over this very expression.
 *
 * @param alias of the table `contacts` in the query
 */
export function searchText(alias: string): string {
  return `lower(' ' || coalesce(${alias}.first_name, '') || ' ' || coalesce(${alias}.last_name, '')) || ' ' || ${alias}.email`;
}

/**
 * The pattern of LIKE, to be lower-cased, that finds `text` in a search text. One or two letters are too little for an
 * index of trigrams, unless they begin a word.
 */
export function searchPattern(text: string): string {
  return /^[\p{L}\p{M}\p{N}]{1,2}$/u.test(text) ? `% ${text}%` : containing(text);
}
