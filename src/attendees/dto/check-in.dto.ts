import { ApiProperty } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import {
  IsString,
  Matches,
  MaxLength,
  ValidateBy,
  ValidateIf,
  type ValidationArguments,
} from 'class-validator';
import { IsInstant } from '../../common/http/is-instant.decorator';
import { Omittable } from '../../common/http/omittable.decorator';

/** How far the clock of a scanner may be ahead. */
const SKEW_MS = 5_000;

/** Exactly one of `barcode` and `attendee_id` names the ticket. */
export class CheckInDto {
  /** What the QR code says, in upper or lower case. Either this or `attendee_id` is required. */
  @ApiProperty({ required: false, maxLength: 255, example: '7K3QX9M2V5RT8WJH4C6P' })
  @Transform(scanned)
  @ValidateIf(({ barcode, attendee_id }: CheckInDto) => barcode !== undefined || attendee_id === undefined)
  @IsString({ message: 'must be a string, or attendee_id must be given instead' })
  @MaxLength(255)
  barcode?: string;

  /** The id of the ticket, in place of its barcode. */
  @ApiProperty({ required: false, maxLength: 255 })
  @Omittable()
  @NotTogetherWith('barcode')
  @IsString()
  @MaxLength(255)
  attendee_id?: string;

  /** Made up by the scanner for each scan. The same nonce again gets the first answer again. */
  @ApiProperty({ required: false, minLength: 1, maxLength: 255, example: 'gate-3:000417' })
  @Omittable()
  @Matches(/^[\x20-\x7e]{1,255}$/, { message: 'must be 1 to 255 printable ASCII characters' })
  nonce?: string;

  /** When the ticket was scanned, if that was earlier; becomes `checked_in_at`. */
  @ApiProperty({ required: false, type: String, format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  @Omittable()
  @NotInTheFuture()
  @IsInstant()
  scanned_at?: Date;
}

function scanned({ value }: TransformFnParams): unknown {
  return typeof value === 'string' ? value.trim().toUpperCase() : value;
}

function NotTogetherWith(other: string): PropertyDecorator {
  return ValidateBy({
    name: 'notTogetherWith',
    validator: {
      validate: (_, args?: ValidationArguments) =>
        (args?.object as Record<string, unknown>)[other] === undefined,
      defaultMessage: () => `must not be given together with ${other}`,
    },
  });
}

function NotInTheFuture(): PropertyDecorator {
  return ValidateBy({
    name: 'notInTheFuture',
    validator: {
      validate: (value) => !(value instanceof Date) || value.getTime() <= Date.now() + SKEW_MS,
      defaultMessage: () => 'must not be in the future',
    },
  });
}
