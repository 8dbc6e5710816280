import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { joined } from '../../common/errors/field-errors';
import { inputProblems } from '../../common/http/input-problems';
import { fieldErrorsOf } from '../../common/http/validation-errors';
import { CreateAttendeeDto } from '../dto/create-attendee.dto';
import type { CsvRow } from './csv-file';

export interface GuestRow {
  line: number;
  /** The same that create attendee takes; null when the row is not valid. */
  body: CreateAttendeeDto | null;
  /** By column. */
  errors: Record<string, string[]>;
}

/** Checks a row by the very rules of create attendee. Empty cells count as left out. */
export function toGuestRow(row: CsvRow, ticketClassOf: (row: CsvRow) => string | undefined): GuestRow {
  const { line, fields, problem } = row;
  if (problem) return { line, body: null, errors: { row: [problem] } };
  const ticketClassId = ticketClassOf(row);
  const plain = {
    ticket_class_id: ticketClassId ?? '',
    contact: {
      email: fields.email ?? '',
      ...present({
        first_name: fields.first_name,
        last_name: fields.last_name,
        phone_number: fields.phone_number,
      }),
    },
    ...present({ status: fields.status, payment_method: fields.payment_method }),
    ...(fields.quantity
      ? { quantity: /^\d{1,9}$/.test(fields.quantity) ? Number(fields.quantity) : NaN }
      : {}),
  };
  const body = plainToInstance(CreateAttendeeDto, plain);
  const problems = joined(inputProblems(plain).text, fieldErrorsOf(validateSync(body)));
  const errors = Object.fromEntries(
    Object.entries(problems).map(([field, messages]) => [field.replace('contact.', ''), messages]),
  );
  if (!ticketClassId) errors.ticket_class_name = ['must be an active ticket class'];
  return { line, body: Object.keys(errors).length > 0 ? null : body, errors };
}

function present(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
