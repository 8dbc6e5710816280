import { DomainError } from '../../common/errors/domain-error';
import type { Outcome } from '../issue-batch.service';
import type { GuestRow } from './guest-row';

/** What became of one row. It names no person, so that it can be kept when one is erased. */
export interface RowReport {
  /** Line of the file on which the row begins; the header is line 1. */
  line: number;
  status: 'issued' | 'refused' | 'invalid';
  /** Tickets created and invited tickets upgraded; only of an issued row. */
  quantity?: number;
  upgraded_quantity?: number;
  payment_id?: string;
  /** Why it was not issued. */
  code?: string;
  error?: string;
  details?: Record<string, unknown>;
}

export function invalidRow({ line, errors }: GuestRow): RowReport {
  return {
    line,
    status: 'invalid',
    code: 'validation_failed',
    error: 'Validation failed',
    details: { fieldErrors: errors },
  };
}

export function issuedRow({ line }: GuestRow, outcome: Outcome): RowReport {
  if (outcome instanceof DomainError) {
    return { line, status: 'refused', code: outcome.code, error: outcome.message, details: outcome.details };
  }
  const body = JSON.parse(outcome.body) as Record<string, unknown>;
  if (outcome.status >= 400) {
    const { code, error, details } = body as Pick<RowReport, 'code' | 'error' | 'details'>;
    return { line, status: 'refused', code, error, details };
  }
  const { quantity, upgraded_quantity, payment_id } = body as Pick<
    RowReport,
    'quantity' | 'upgraded_quantity' | 'payment_id'
  >;
  return { line, status: 'issued', quantity, upgraded_quantity, payment_id };
}
