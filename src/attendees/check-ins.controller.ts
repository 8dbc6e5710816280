import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { IdParam } from '../common/http/id-param';
import { requestIdOf } from '../common/http/request-id';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { InLineFor, InTransaction } from '../common/idempotency/write-context';
import { EventNotFound } from '../events/events.errors';
import { AlreadyCheckedIn, NonceReused, TicketNotValid, UnknownBarcode } from './check-ins.errors';
import { CheckInsService } from './check-ins.service';
import { AttendeeDto } from './dto/attendee.dto';
import { CheckInDto } from './dto/check-in.dto';

@ApiTags('Attendees')
@Controller('events/:eventId/check-ins')
export class CheckInsController {
  constructor(private readonly checkIns: CheckInsService) {}

  @Post()
  @RequireScope('attendees:write')
  @InLineFor('check-in')
  @ApiIdempotent()
  @ApiOperation({
    summary: 'Check in a ticket by its barcode or id',
    description: `
Exactly one of several scanners that read the same ticket at once is answered 200. To undo a check-in set the attendee's
status back to \`valid\`.

- 404 \`unknown_barcode\`: the event has no such ticket, whichever way it was named. It may be one of another event.
- 409 \`already_checked_in\`: \`details\` has the \`attendee\` and \`checked_in_at\`.
- 422 \`ticket_not_valid\`: \`details.status\` says why, \`deleted\` included.

For scanners that were offline: \`scanned_at\` becomes \`checked_in_at\`; a time in the future is refused, up to five seconds
are taken for now. A \`nonce\`, once per scan and event, makes retries safe for as long as the event exists: the same
nonce gets the first answer again, also when that was a 404, 409 or 422, and waits for it when the first is under way. With
another ticket it is 422 \`nonce_reused\`.`,
  })
  @ApiBody({
    type: CheckInDto,
    examples: {
      barcode: { summary: 'By what the QR code says', value: { barcode: '7K3QX9M2V5RT8WJH4C6P' } },
      attendee_id: { summary: 'By id', value: { attendee_id: 'tkt_01k5x9a3v8e6rr4c1m2n3p4q5s' } },
    },
  })
  @ApiAnswer(200, AttendeeDto)
  @ApiFailures(
    new EventNotFound(),
    new UnknownBarcode(),
    new AlreadyCheckedIn({ checked_in_at: '2026-05-26T12:00:00.000Z' }),
    new TicketNotValid('pending_approval'),
    new NonceReused(),
  )
  create(
    @Req() request: Request,
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId, apiKeyId }: Caller,
    @IdParam('event') eventId: string,
    @Body() { barcode, attendee_id, nonce, scanned_at }: CheckInDto,
  ): Promise<AttendeeDto> {
    return this.checkIns.checkIn(manager, {
      organizationId,
      apiKeyId,
      requestId: requestIdOf(request),
      eventId,
      ticket: barcode === undefined ? { id: attendee_id! } : { barcode },
      nonce,
      scannedAt: scanned_at,
    });
  }
}
