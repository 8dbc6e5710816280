import { ApiProperty } from '@nestjs/swagger';
import {
  ATTENDEE_STATUSES,
  type AttendeeStatus,
  PAYMENT_METHODS,
  type PaymentMethod,
} from '../attendee.entity';

/** One ticket. */
export class AttendeeDto {
  @ApiProperty({ example: 'tkt_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: 'evt_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  event_id!: string;

  @ApiProperty({ enum: ATTENDEE_STATUSES, example: 'valid' })
  status!: AttendeeStatus;

  @ApiProperty({ example: 'tcl_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  ticket_class_id!: string;

  @ApiProperty({ example: 'General Admission' })
  ticket_class_name!: string;

  @ApiProperty({ example: 'con_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  contact_id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Ada' })
  first_name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Lovelace' })
  last_name!: string | null;

  /** Null, as the names are, when the contact was erased. */
  @ApiProperty({ type: String, nullable: true, example: 'ada@example.org' })
  email!: string | null;

  /** What the QR code says. */
  @ApiProperty({ example: '7K3QX9M2V5RT8WJH4C6P' })
  barcode!: string;

  @ApiProperty({ example: 'pay_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  payment_id!: string;

  @ApiProperty({ enum: PAYMENT_METHODS, example: 'cash' })
  payment_method!: PaymentMethod;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  checked_in_at!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  updated_at!: string;
}

export class IssuedTicketsDto {
  /** Upgraded tickets first, then new ones. */
  data!: AttendeeDto[];

  /** Shared by all tickets of the request. */
  @ApiProperty({ example: 'pay_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  payment_id!: string;

  /** How many tickets were created: fewer than requested when invited ones were upgraded. */
  @ApiProperty({ type: 'integer', example: 1 })
  quantity!: number;

  /** How many invited tickets of the contact were upgraded. */
  @ApiProperty({ type: 'integer', example: 0 })
  upgraded_quantity!: number;

  /** The page with the QR codes of all tickets of the request. */
  @ApiProperty({ example: 'http://localhost:3000/t/Q1vX3nB7kS9dW2mZ8tL4rJ6h' })
  tickets_url!: string;
}
