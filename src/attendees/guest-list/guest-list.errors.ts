import { DomainError } from '../../common/errors/domain-error';
import type { RowReport } from './row-report';

/** The file as a whole cannot be read; `problem` says what and where. Nothing was issued. */
export class GuestListUnreadable extends DomainError {
  constructor(problem: string, line?: number) {
    super({
      kind: 'invalid',
      code: 'csv_unreadable',
      message: `The CSV file cannot be read: ${problem}`,
      details: line === undefined ? undefined : { line },
    });
  }
}

/**
 * Some rows of the file have been issued, and to issue all of them would issue these twice. Not a conflict: that would be
 * stored, and the key is to continue the import.
 */
export class ImportBegun extends DomainError {
  constructor() {
    super({
      kind: 'invalid',
      code: 'import_begun',
      message:
        'An import of this file with mode=good broke off after some rows. Send it with mode=good again to continue it, ' +
        'or with another key to import the file anew',
    });
  }
}

/** All rows were asked for and some cannot be issued; these are reported, and nothing was issued. */
export class ImportRefused extends DomainError {
  constructor(report: readonly RowReport[]) {
    super({
      kind: 'unprocessable',
      code: 'import_refused',
      message: `Nothing was imported: ${report.length === 1 ? '1 row' : `${report.length} rows`} cannot be issued`,
      details: { report },
    });
  }
}
