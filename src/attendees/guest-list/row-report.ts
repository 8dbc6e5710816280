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
