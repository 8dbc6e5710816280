import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsEmailAddress } from '../../common/http/is-email-address.decorator';
import { IsPhoneNumber } from '../../common/http/is-phone-number.decorator';
import { blankToUndefined } from '../../common/http/transforms';
import { ISSUABLE_STATUSES, type IssuableStatus } from '../admission';
import { PAYMENT_METHODS, type PaymentMethod } from '../attendee.entity';

export class AttendeeContactDto {
  /** Trimmed and lower-cased. The contact is found or created by it. */
  @ApiProperty({ format: 'email', maxLength: 254, example: 'ada@example.org' })
  @IsEmailAddress()
  email!: string;

  /** Omitted, null or blank keeps what the contact has. */
  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 120, example: 'Ada' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(120)
  first_name?: string;

  /** Omitted, null or blank keeps what the contact has. */
  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 120, example: 'Lovelace' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(120)
  last_name?: string;

  /** E.164. Omitted, null or blank keeps what the contact has. */
  @ApiProperty({ type: String, required: false, nullable: true, example: '+4915123456789' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsPhoneNumber()
  phone_number?: string;
}

export class CreateAttendeeDto {
  /** An active ticket class of this event. */
  @ApiProperty({ example: 'tcl_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  @IsString()
  ticket_class_id!: string;

  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => AttendeeContactDto)
  contact!: AttendeeContactDto;

  /** How many tickets. Invited tickets of the contact are upgraded first and count. */
  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 100, default: 1, example: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  quantity?: number;

  /** Default: `pending_approval` when the ticket class requires approval, else `valid`. */
  @ApiProperty({ required: false, enum: ISSUABLE_STATUSES, example: 'valid' })
  @IsOptional()
  @IsIn(ISSUABLE_STATUSES)
  status?: IssuableStatus;

  /** Recorded on each ticket, informational. */
  @ApiProperty({ required: false, enum: PAYMENT_METHODS, default: 'cash', example: 'cash' })
  @IsOptional()
  @IsIn(PAYMENT_METHODS)
  payment_method?: PaymentMethod;

  /** True sends the event's confirmation email, one for the whole batch. */
  @ApiProperty({ required: false, default: false, example: true })
  @IsOptional()
  @IsBoolean()
  send_email?: boolean;
}
