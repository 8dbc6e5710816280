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
