/**
 * Cells that begin with one of these are run as formulas by spreadsheet programs
 * (https://owasp.org/www-community/attacks/CSV_Injection). Apostrophes before it count along, so that what is restored
 * is always what was written.
 */
const FORMULA = /^'*[=+\-@\t\r]/;

/** Text that a spreadsheet program shows instead of running it: an apostrophe is put before a formula. */
export function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that `harmless` was given. */
export function restored(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
