import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IMPORT_MODES, type ImportMode } from '../import-mode';
import type { RowReport } from '../row-report';

const ROW_STATUSES = ['issued', 'refused', 'invalid'] as const;

function toBoolean({ value }: { value: unknown }): unknown {
  return value === 'true' ? true : value === 'false' ? false : value;
}

export class ImportQueryDto {
  /** `all`: every row is issued or none. `good`: the rows that can be issued are. */
  @ApiProperty({ required: false, enum: IMPORT_MODES, default: 'all', example: 'good' })
  @IsOptional()
  @IsIn(IMPORT_MODES)
  mode: ImportMode = 'all';

  /** Decide and report, and change nothing. */
  @ApiProperty({ required: false, type: Boolean, default: false, example: false })
  @IsOptional()
  @Transform(toBoolean)
  @IsBoolean()
  dry_run: boolean = false;

  /** One confirmation email for each row. */
  @ApiProperty({ required: false, type: Boolean, default: false, example: false })
  @IsOptional()
  @Transform(toBoolean)
  @IsBoolean()
  send_email: boolean = false;

  /** For rows that name no ticket class. */
  @ApiProperty({ required: false, example: 'tcl_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  ticket_class_id?: string;
}

export class RowReportDto implements RowReport {
  /** Line of the file on which the row begins; the header is line 1. */
  @ApiProperty({ type: 'integer', example: 2 })
  line!: number;

  @ApiProperty({ enum: ROW_STATUSES, example: 'issued' })
  status!: RowReport['status'];

  /** Tickets created; only of an issued row. */
  @ApiProperty({ required: false, type: 'integer', example: 1 })
  quantity?: number;

  /** Invited tickets upgraded; only of an issued row. */
  @ApiProperty({ required: false, type: 'integer', example: 0 })
  upgraded_quantity?: number;

  @ApiProperty({ required: false, example: 'pay_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  payment_id?: string;

  /** Why the row was not issued: a code of create attendee. */
  @ApiProperty({ required: false, example: 'capacity_exceeded' })
  code?: string;

  @ApiProperty({
    required: false,
    example: 'Not enough seats in event "Autumn Concert": 2 requested, 1 seat remains',
  })
  error?: string;

  @ApiProperty({
    required: false,
    type: Object,
    example: { requested: 2, remaining: 1 },
  })
  details?: Record<string, unknown>;
}

export class ImportReportDto {
  @ApiProperty({ enum: IMPORT_MODES, example: 'good' })
  mode!: ImportMode;

  @ApiProperty({ example: false })
  dry_run!: boolean;

  /** Rows in the file. */
  @ApiProperty({ type: 'integer', example: 3 })
  rows!: number;

  /** Rows that were issued. */
  @ApiProperty({ type: 'integer', example: 2 })
  issued!: number;

  /** Tickets created. */
  @ApiProperty({ type: 'integer', example: 2 })
  quantity!: number;

  /** Invited tickets upgraded. */
  @ApiProperty({ type: 'integer', example: 0 })
  upgraded_quantity!: number;

  /** One entry a row, in the order of the file. */
  @ApiProperty({ type: [RowReportDto] })
  report!: RowReportDto[];
}
