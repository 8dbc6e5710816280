import { Body, Controller, Delete, Get, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { DeletedDto } from '../common/http/deleted.dto';
import { IdParam } from '../common/http/id-param';
import { viewCursorPage, viewPage, windowOf } from '../common/http/page';
import { PageQueryDto } from '../common/http/pagination.dto';
import { requestIdOf } from '../common/http/request-id';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import type { IdempotentRequest } from '../common/idempotency/idempotency.store';
import type { StoredResponse } from '../common/idempotency/stored-response';
import { Idempotency, InLineFor, InTransaction, OwnTransaction } from '../common/idempotency/write-context';
import { notesOf } from '../common/observability/request-notes';
import { EventNotFound } from '../events/events.errors';
import { CapacityExceeded } from '../events/inventory.errors';
import { TicketClassDeleted, TicketClassNotFound } from '../events/ticket-classes.errors';
import { TRANSITIONS } from './attendee.entity';
import type { AttendeeFilter } from './attendee-lists.repository';
import { viewAttendee } from './attendee.view';
import { AttendeeNotFound, InvalidTransition } from './attendees.errors';
import { AttendeesService } from './attendees.service';
import { AttendeeDto, IssuedTicketsDto } from './dto/attendee.dto';
import { CreateAttendeeDto } from './dto/create-attendee.dto';
import { AttendeePageDto, ListAttendeesDto } from './dto/list-attendees.dto';
import { StatusHistoryDto } from './dto/status-change.dto';
import { UpdateAttendeeDto } from './dto/update-attendee.dto';
import { readIssueTickets } from './issue-tickets.input';
import { IssueTicketsService } from './issue-tickets.service';
import { viewStatusChange } from './status-change.view';
import { StatusChangesService } from './status-changes.service';

const TRANSITION_TABLE = ['| from | to |', '|---|---|']
  .concat(Object.entries(TRANSITIONS).map(([from, to]) => `| ${from} | ${to.join(', ')} |`))
  .join('\n');

@ApiTags('Attendees')
@Controller('events/:eventId/attendees')
export class AttendeesController {
  constructor(
    private readonly issueTickets: IssueTicketsService,
    private readonly attendees: AttendeesService,
    private readonly statusChanges: StatusChangesService,
  ) {}

  @Post()
  @RequireScope('attendees:write')
  @OwnTransaction()
  @ApiIdempotent()
  @ApiOperation({
    summary: 'Create attendee: issue 1 to 100 tickets for a contact',
    description: `
The contact is found or created by e-mail address; fields that are left out keep their value. Invited tickets of the
contact on this event are upgraded before new ones are created, oldest first and whatever their class, and count toward
\`quantity\`. All tickets of the request share one new \`payment_id\`.

All or nothing: when one seat is missing in the ticket class or in the event, nothing changes. \`valid\`, \`checked_in\`
and \`pending_approval\` tickets hold a seat, \`invited\` ones do not. This is the organizer's manual add: sales windows,
per-order limits and closed registration do not apply.`,
  })
  @ApiAnswer(201, IssuedTicketsDto)
  @ApiFailures(
    new EventNotFound(),
    new TicketClassNotFound(),
    new CapacityExceeded({ scope: 'ticket_class', name: 'General Admission', requested: 5, remaining: 3 }),
  )
  create(
    @Req() request: Request,
    @CurrentCaller() { organizationId, apiKeyId }: Caller,
    @Idempotency() idempotent: IdempotentRequest | undefined,
    @IdParam('event') eventId: string,
    @Body() body: CreateAttendeeDto,
  ): Promise<StoredResponse> {
    return this.issueTickets.issue(
      readIssueTickets(body, {
        organizationId,
        apiKeyId,
        requestId: requestIdOf(request),
        notes: notesOf(request),
        idempotent,
        eventId,
      }),
    );
  }

  @Get()
  @RequireScope('attendees:read')
  @ApiOperation({
    summary: 'List the attendees of an event, newest first',
    description: `
Filters combine; an id that names nothing matches nothing. \`total\` is 200 at most with \`q\`; \`next_cursor\` leads on to all of them.

**For scanners that keep a copy**: with \`updated_since\` the list is in the order of the latest change, oldest first,
and \`next_cursor\` is never null. Keep asking with it, now or in an hour, with the same filters, and every change comes,
also one that was begun before your last request and committed after it; one ticket may come several times. \`total\`
counts the changes from \`cursor\` on, 1,000 at most. Name all statuses to learn of tickets that are no longer valid.
A deleted ticket is never listed: its check-in answers 422 \`ticket_not_valid\`. Names and e-mail addresses are those of
contacts, whose changes the list of contacts tells in the same way.`,
  })
  @ApiAnswer(200, AttendeePageDto)
  @ApiFailures(new EventNotFound())
  async list(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
    @Query() query: ListAttendeesDto,
  ): Promise<AttendeePageDto> {
    const page = await this.attendees.list(organizationId, eventId, filterOf(query), windowOf(query));
    return viewCursorPage(page, query, viewAttendee);
  }

  @Get(':attendeeId')
  @RequireScope('attendees:read')
  @ApiOperation({ summary: 'Get an attendee' })
  @ApiAnswer(200, AttendeeDto)
  @ApiFailures(new EventNotFound(), new AttendeeNotFound())
  async get(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
    @IdParam('attendee') attendeeId: string,
  ): Promise<AttendeeDto> {
    return viewAttendee(await this.attendees.get(organizationId, eventId, attendeeId));
  }

  @Patch(':attendeeId')
  @RequireScope('attendees:write')
  @InLineFor('event')
  @ApiOperation({
    summary: 'Approve, reject, check in, undo a check-in, or delete: change the status of an attendee',
    description: `
${TRANSITION_TABLE}

The status that it has already is a 200 that changes nothing: no history, no e-mail, \`updated_at\` stays.
A change that takes a seat needs room in the ticket class and in the event; approving a pending ticket does not, as it
holds its seat already. Both need a ticket class that is not deleted. One that frees a seat gives it back at once. The
answer to \`deleted\` is the last that shows the attendee.

\`custom_message\` is kept in the status history, and sent to the guest when \`notify_guest\` is true.`,
  })
  @ApiAnswer(200, AttendeeDto)
  @ApiFailures(
    new EventNotFound(),
    new AttendeeNotFound(),
    new CapacityExceeded({ scope: 'event', name: 'Autumn Concert', requested: 1, remaining: 0 }),
    new TicketClassDeleted(),
    new InvalidTransition({ from: 'checked_in', to: 'rejected', allowed: TRANSITIONS.checked_in }),
  )
  async update(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId, apiKeyId }: Caller,
    @IdParam('event') eventId: string,
    @IdParam('attendee') attendeeId: string,
    @Body() body: UpdateAttendeeDto,
  ): Promise<AttendeeDto> {
    const attendee = await this.statusChanges.change(manager, {
      organizationId,
      apiKeyId,
      eventId,
      attendeeId,
      to: body.status,
      notifyGuest: body.notify_guest ?? false,
      customMessage: body.custom_message ?? null,
    });
    return viewAttendee(attendee);
  }

  @Delete(':attendeeId')
  @RequireScope('attendees:write')
  @InLineFor('event')
  @ApiOperation({
    summary: 'Delete an attendee',
    description:
      'Its seat is free at once. The ticket is kept for the records, but answers 404 from now on. ' +
      'The guest is not told; use PATCH with `notify_guest` for that.',
  })
  @ApiAnswer(200, DeletedDto)
  @ApiFailures(new EventNotFound(), new AttendeeNotFound())
  async delete(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId, apiKeyId }: Caller,
    @IdParam('event') eventId: string,
    @IdParam('attendee') attendeeId: string,
  ): Promise<DeletedDto> {
    const { id } = await this.statusChanges.change(manager, {
      organizationId,
      apiKeyId,
      eventId,
      attendeeId,
      to: 'deleted',
      notifyGuest: false,
      customMessage: null,
    });
    return { deleted: true, id };
  }

  @Get(':attendeeId/history')
  @RequireScope('attendees:read')
  @ApiOperation({
    summary: 'List the changes of status of an attendee, newest first',
    description:
      'The change to `deleted` is kept too, but a deleted attendee and its history can no longer be asked for.',
  })
  @ApiAnswer(200, StatusHistoryDto)
  @ApiFailures(new EventNotFound(), new AttendeeNotFound())
  async history(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
    @IdParam('attendee') attendeeId: string,
    @Query() query: PageQueryDto,
  ): Promise<StatusHistoryDto> {
    const page = await this.statusChanges.history(organizationId, eventId, attendeeId, windowOf(query));
    return viewPage(page, query, viewStatusChange);
  }
}

function filterOf(query: ListAttendeesDto): AttendeeFilter {
  return {
    statuses: query.status,
    email: query.email,
    ticketClassId: query.ticket_class_id,
    contactId: query.contact_id,
    paymentId: query.payment_id,
    search: query.q,
    updatedSince: query.updated_since,
  };
}
