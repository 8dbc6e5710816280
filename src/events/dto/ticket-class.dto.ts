import { ApiProperty } from '@nestjs/swagger';
import { TICKET_CLASS_STATUSES, type TicketClassStatus } from '../ticket-class.entity';

export class TicketClassDto {
  @ApiProperty({ example: 'tcl_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: 'General Admission' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  description!: string | null;

  @ApiProperty({ enum: TICKET_CLASS_STATUSES, example: 'active' })
  status!: TicketClassStatus;

  /** The event's. */
  @ApiProperty({ example: 'EUR' })
  currency!: string;

  /** Major units. */
  @ApiProperty({ example: 25 })
  cost!: number;

  @ApiProperty({ example: false })
  free!: boolean;

  /** Most seats held at once; 0 is unlimited. */
  @ApiProperty({ type: 'integer', example: 200 })
  quantity_total!: number;

  /** Tickets that are `valid` or `checked_in`. */
  @ApiProperty({ type: 'integer', example: 120 })
  quantity_sold!: number;

  /** Null is unlimited. */
  @ApiProperty({ type: 'integer', nullable: true, example: 80 })
  seats_remaining!: number | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  sales_start!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  sales_end!: string | null;

  @ApiProperty({ type: 'integer', example: 1 })
  minimum_per_order!: number;

  /** Null is no limit. */
  @ApiProperty({ type: 'integer', nullable: true, example: null })
  maximum_per_order!: number | null;

  @ApiProperty({ example: false })
  require_approval!: boolean;

  @ApiProperty({ example: false })
  hide_on_event_page!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  updated_at!: string;
}

export class TicketClassListDto {
  data!: TicketClassDto[];
}
