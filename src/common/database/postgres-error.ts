import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import type { FailedStatement } from './round-trip-query';

/** The fields of a PostgreSQL error that Usher reads; see https://www.postgresql.org/docs/current/errcodes-appendix.html. */
interface PostgresError extends FailedStatement {
  code?: string;
  constraint?: string;
}

const UNIQUE_VIOLATION = '23505';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const LOCK_NOT_AVAILABLE = '55P03';
const QUERY_CANCELED = '57014';
const UNDEFINED_TABLE = '42P01';

/** Statements on the hot path bypass TypeORM, so an error comes either wrapped in `QueryFailedError` or bare. */
function postgresError(thrown: unknown): PostgresError {
  const error: unknown = thrown instanceof QueryFailedError ? thrown.driverError : thrown;
  return typeof error === 'object' && error !== null ? error : {};
}

/** The transaction lost against another one and may simply be run again from its start. */
export function isTransient(thrown: unknown): boolean {
  const { code } = postgresError(thrown);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
}

/** Somebody else held a lock for longer than `lock_timeout`. */
export function isLockTimeout(thrown: unknown): boolean {
  return postgresError(thrown).code === LOCK_NOT_AVAILABLE;
}

/** The name of the prepared statement that failed, and undefined for what TypeORM has sent. */
export function failedStatement(thrown: unknown): string | undefined {
  return postgresError(thrown).statement;
}

export function isDatabaseBusy(thrown: unknown): boolean {
  const { code } = postgresError(thrown);
  return code === LOCK_NOT_AVAILABLE || code === QUERY_CANCELED || isTransient(thrown);
}

const UNREACHABLE =
  /^(08|25006|25P0[34]|53300|57P0[1-5]|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET)/;
const RELEASED = [QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError];

/**
 * The connection could not be made or broke: class 08, too many connections (53300), the server's own shutdown and
 * restart codes (57P01…57P05), a transaction that was idle or took for too long (25P03, 25P04), a server that has become
 * a replica (25006), socket errors, and the sentences of `pg` that carry no code. When the connection breaks between two
 * statements, TypeORM releases the query runner, and that is what the next statement finds.
 */
export function isDatabaseUnreachable(thrown: unknown): boolean {
  const { code } = postgresError(thrown);
  if (code) return UNREACHABLE.test(code);
  if (RELEASED.some((type) => thrown instanceof type)) return true;
  return (
    thrown instanceof Error &&
    /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Client was closed|Driver not Connected/i.test(
      thrown.message,
    )
  );
}

/** With this the server tells that it hangs up: a shutdown, a crash, a timeout of the session. */
export function isSessionEnded(thrown: unknown): boolean {
  return /^(25P0[34]|57P0[1-5])$/.test(postgresError(thrown).code ?? '');
}

/** The server has run out of something (class 53), of disk space most of the time. */
export function isOutOfResources(thrown: unknown): boolean {
  return postgresError(thrown).code?.startsWith('53') ?? false;
}

export function isTableMissing(thrown: unknown): boolean {
  return postgresError(thrown).code === UNDEFINED_TABLE;
}

export function violatesUnique(thrown: unknown, constraint: string): boolean {
  const error = postgresError(thrown);
  return error.code === UNIQUE_VIOLATION && error.constraint === constraint;
}
