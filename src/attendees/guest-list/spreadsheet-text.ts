/**
 * Where something begins that spreadsheet programs run as a formula
 * (https://owasp.org/www-community/attacks/CSV_Injection): at the beginning of a cell, and where one begins for a program
 * that splits at semicolons or tabs, to which quotes in the middle of a cell are no quotes. Apostrophes before it count
 * along, so that what is restored is always what was written, and so do quotes, which some programs drop.
 */
const FORMULA = /(?<=^|[;\t\r\n])('?)(?=['"]*[=+\-@\t\r])/g;

/** Text that a spreadsheet program shows instead of running it: an apostrophe is put before each formula. */
export function harmless(text: string): string {
  return text.replace(FORMULA, "'$1");
}

/** The text that `harmless` was given. */
export function restored(cell: string): string {
  return cell.replace(FORMULA, '');
}
