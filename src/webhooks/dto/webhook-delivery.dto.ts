import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Omittable } from '../../common/http/omittable.decorator';
import { CursorPaginationDto, CursorQueryDto } from '../../common/http/pagination.dto';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../webhook-delivery.entity';

export class ListWebhookDeliveriesDto extends CursorQueryDto {
  @ApiProperty({ required: false, enum: DELIVERY_STATUSES, example: 'failed' })
  @Omittable()
  @IsIn(DELIVERY_STATUSES)
  status?: DeliveryStatus;
}

export class WebhookAttemptDto {
  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  at!: string;

  @ApiProperty({ type: 'integer', example: 87 })
  duration_ms!: number;

  /** Null when there was no answer. */
  @ApiProperty({ type: 'integer', nullable: true, example: 503 })
  response_code!: number | null;

  /** Why the attempt counts as failed; null when it does not. */
  @ApiProperty({ type: String, nullable: true, example: 'It answered 503' })
  error!: string | null;

  /** The first 1,024 bytes of the answer's body. */
  @ApiProperty({ type: String, nullable: true, example: 'Service Unavailable' })
  response_excerpt!: string | null;
}

export class WebhookDeliveryDto {
  /** Sent as `webhook-id`, the same with every attempt. */
  @ApiProperty({ example: 'dlv_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: 'whk_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  webhook_endpoint_id!: string;

  /** The type of the event; `webhook.test` when it was asked for. */
  @ApiProperty({ example: 'attendee.created' })
  type!: string;

  /** `pending`: not tried yet, or to be tried again. `failed`: given up. */
  @ApiProperty({ enum: DELIVERY_STATUSES, example: 'pending' })
  status!: DeliveryStatus;

  /** That of the latest attempt; null when there was no answer or no attempt yet. */
  @ApiProperty({ type: 'integer', nullable: true, example: 503 })
  response_code!: number | null;

  /** Null when none is to come. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-05-26T12:05:00.000Z' })
  next_attempt_at!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  created_at!: string;
}

export class WebhookDeliveryDetailsDto extends WebhookDeliveryDto {
  /** The latest twenty, oldest first. */
  attempts!: WebhookAttemptDto[];
}

export class WebhookDeliveryPageDto {
  data!: WebhookDeliveryDto[];

  pagination!: CursorPaginationDto;
}
