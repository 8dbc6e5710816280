import { ApiProperty } from '@nestjs/swagger';

/** The one shape of every error, whatever its status. */
export class ErrorDto {
  /** What went wrong, for people. */
  @ApiProperty({ example: 'Event not found' })
  error!: string;

  /** What went wrong, for programs; stable. */
  @ApiProperty({ example: 'event_not_found' })
  code!: string;

  /** Facts that belong to the error, depending on its code. */
  @ApiProperty({ required: false, type: Object, additionalProperties: true, example: {} })
  details?: Record<string, unknown>;

  /** The id of the request, also in the `X-Request-Id` header and in every log line. */
  @ApiProperty({ example: '01m81qtc15eh2twmhvg851b5sc' })
  request_id!: string;
}
