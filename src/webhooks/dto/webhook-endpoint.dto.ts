import { ApiProperty, PartialType } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { Omittable } from '../../common/http/omittable.decorator';
import { PaginationDto } from '../../common/http/pagination.dto';
import { DOMAIN_EVENT_TYPES, type DomainEventType } from '../../domain-events/domain-event';
import {
  DISABLED_REASONS,
  type DisabledReason,
  ENDPOINT_STATUSES,
  type EndpointStatus,
} from '../webhook-endpoint.entity';
import { MAX_URL_LENGTH } from '../target/targets';

const URL_EXAMPLE = 'https://hooks.example.org/usher';
const SECRET_EXAMPLE = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';

// No defaults stand in these properties: the same ones describe a PATCH, which leaves what is not given as it is.
export class CreateWebhookEndpointDto {
  /**
   * Where to send to: an `https://` URL without user name and password, on port 80, 443 or one from 1024, whose host has
   * public addresses only. Looked up now and before each attempt.
   */
  @ApiProperty({ maxLength: MAX_URL_LENGTH, example: URL_EXAMPLE })
  @IsString()
  url!: string;

  @ApiProperty({
    required: false,
    type: String,
    nullable: true,
    maxLength: 500,
    example: 'Mailing list of the box office',
  })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  description?: string | null;

  /** What to send. Left out or null: everything, types that are added later included. */
  @ApiProperty({
    required: false,
    enum: DOMAIN_EVENT_TYPES,
    isArray: true,
    nullable: true,
    example: ['attendee.created', 'attendee.checked_in'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(DOMAIN_EVENT_TYPES, { each: true, message: `must be among ${DOMAIN_EVENT_TYPES.join(', ')}` })
  types?: DomainEventType[] | null;

  /** Default: `enabled`. */
  @ApiProperty({ required: false, enum: ENDPOINT_STATUSES, example: 'enabled' })
  @Omittable()
  @IsIn(ENDPOINT_STATUSES)
  status?: EndpointStatus;
}

/** At least one field. What is left out stays as it is. */
export class UpdateWebhookEndpointDto extends PartialType(CreateWebhookEndpointDto, {
  skipNullProperties: false,
}) {}

export class WebhookEndpointDto {
  @ApiProperty({ example: 'whk_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: URL_EXAMPLE })
  url!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Mailing list of the box office' })
  description!: string | null;

  /** Null is everything. */
  @ApiProperty({
    enum: DOMAIN_EVENT_TYPES,
    isArray: true,
    nullable: true,
    example: ['attendee.created', 'attendee.checked_in'],
  })
  types!: DomainEventType[] | null;

  @ApiProperty({ enum: ENDPOINT_STATUSES, example: 'enabled' })
  status!: EndpointStatus;

  /** `requested`: by PATCH. `gone`: it answered 410. `failing`: every attempt of five days had failed. */
  @ApiProperty({ type: String, enum: [...DISABLED_REASONS, null], nullable: true, example: null })
  disabled_reason!: DisabledReason | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  disabled_at!: string | null;

  /** Every attempt since then has failed; null after a success. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  failing_since!: string | null;

  /** Until when the secret that was replaced signs as well. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  previous_secret_expires_at!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  updated_at!: string;
}

export class WebhookEndpointWithSecretDto extends WebhookEndpointDto {
  /** Verifies the signatures. It is shown this once. */
  @ApiProperty({ example: SECRET_EXAMPLE })
  secret!: string;
}

export class WebhookEndpointPageDto {
  data!: WebhookEndpointDto[];

  pagination!: PaginationDto;
}
