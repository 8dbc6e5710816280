import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { CursorPaginationDto, CursorQueryDto } from '../../common/http/pagination.dto';
import { DELIVERY_STATUSES, type DeliveryState } from '../../notifications/deliveries';
import { AttendeeDto } from './attendee.dto';

export class ListPaymentsDto extends CursorQueryDto {
  @ApiProperty({ required: false, example: 'evt_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  event_id?: string;

  @ApiProperty({ required: false, example: 'con_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  contact_id?: string;
}

/** The batch of tickets that one create attendee made. */
export class PaymentDto {
  @ApiProperty({ example: 'pay_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: 'evt_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  event_id!: string;

  @ApiProperty({ example: 'con_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  contact_id!: string;

  /** The page with the QR codes of all its tickets. Whoever has the address can see it. */
  @ApiProperty({ example: 'http://localhost:3000/t/Q1vX3nB7kS9dW2mZ8tL4rJ6h' })
  tickets_url!: string;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  created_at!: string;
}

export class PaymentPageDto {
  data!: PaymentDto[];

  pagination!: CursorPaginationDto;
}

export class ConfirmationEmailDto {
  /** `queued`: not tried yet. `retrying`: failed and will be tried again. `failed`: given up. */
  @ApiProperty({ enum: DELIVERY_STATUSES, example: 'sent' })
  status!: DeliveryState['status'];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-05-26T12:00:01.000Z' })
  sent_at!: string | null;

  /** How often it was tried, the successful time included. */
  @ApiProperty({ type: 'integer', example: 1 })
  attempts!: number;

  /** Why it is not sent yet, or never will be. */
  @ApiProperty({ type: String, nullable: true, example: null })
  last_error!: string | null;
}

export class PaymentDetailsDto extends PaymentDto {
  /** Its tickets in the order they were made; deleted ones are left out. */
  attendees!: AttendeeDto[];

  /** The latest confirmation email; null when none was ever asked for. */
  @ApiProperty({ type: ConfirmationEmailDto, nullable: true })
  confirmation_email!: ConfirmationEmailDto | null;
}

export class QueuedDto {
  @ApiProperty({ example: true })
  queued!: true;

  @ApiProperty({ example: 'pay_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  payment_id!: string;
}
