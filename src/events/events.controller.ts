import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { NoFieldsGiven } from '../common/errors/request.errors';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { AtLeastOneField } from '../common/http/at-least-one-field.pipe';
import { IdParam } from '../common/http/id-param';
import { viewPage, windowOf } from '../common/http/page';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { InLineFor, InTransaction } from '../common/idempotency/write-context';
import { EventDto } from './dto/event.dto';
import { EventPageDto, ListEventsDto } from './dto/list-events.dto';
import { CreateEventDto, UpdateEventDto } from './dto/write-event.dto';
import { readEventChanges, readNewEvent } from './event.input';
import { viewEvent } from './event.view';
import { EventCurrencyInUse, EventNotFound } from './events.errors';
import { EventsService } from './events.service';

@ApiTags('Events')
@Controller('events')
export class EventsController {
  constructor(private readonly events: EventsService) {}

  @Post()
  @RequireScope('events:write')
  @ApiIdempotent()
  @ApiOperation({
    summary: 'Create an event',
    description: `
Also creates its ticket class "General Admission", which costs \`ticket_price\`. The event is \`active\` and its
registration \`open\`. Unless given, \`currency\` is the organization's, \`capacity\` and \`ticket_price\` are 0, and
\`require_approval\` and \`hidden\` are false.

Times with \`Z\` or an offset are instants; times without are what clocks in \`timezone\` show. What clocks skip when they
go forward is refused. What they show twice when they go back is read as the first of the two.`,
  })
  @ApiAnswer(201, EventDto)
  async create(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @Body() body: CreateEventDto,
  ): Promise<EventDto> {
    const { event } = await this.events.create(manager, organizationId, readNewEvent(body));
    return viewEvent(event);
  }

  @Get()
  @RequireScope('events:read')
  @ApiOperation({
    summary: 'List events, newest first',
    description: `
Active events unless \`status\` says otherwise. \`starts_after\` includes the instant that it names and \`starts_before\` does
not, so that ranges can follow one another without a gap.`,
  })
  @ApiAnswer(200, EventPageDto)
  async list(
    @CurrentCaller() { organizationId }: Caller,
    @Query() query: ListEventsDto,
  ): Promise<EventPageDto> {
    const page = await this.events.list(
      organizationId,
      {
        statuses: query.status,
        name: query.q,
        startsFrom: query.starts_after,
        startsBefore: query.starts_before,
      },
      windowOf(query),
    );
    return viewPage(page, query, viewEvent);
  }

  @Get(':eventId')
  @RequireScope('events:read')
  @ApiOperation({ summary: 'Get an event, whatever its status' })
  @ApiAnswer(200, EventDto)
  @ApiFailures(new EventNotFound())
  async get(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
  ): Promise<EventDto> {
    return viewEvent(await this.events.get(organizationId, eventId));
  }

  @Patch(':eventId')
  @RequireScope('events:write')
  @InLineFor('event')
  @ApiOperation({
    summary: 'Change an event',
    description: `
Fields that are left out stay as they are; \`null\` clears those that may be null. \`start\`, \`end\` and \`venue\` are replaced
whole. \`location\` is short for \`venue\` and \`online_url\`: it sets one of them and clears the other, unless they are
given beside it.

A \`capacity\` below what is held is allowed: it closes the event to more. \`require_approval\` holds for ticket classes to
come. The \`currency\` can change while no ticket holds a seat, when the prices of the active ticket classes suit the new
one; they keep their numbers.`,
  })
  @ApiAnswer(200, EventDto)
  @ApiFailures(new NoFieldsGiven(), new EventNotFound(), new EventCurrencyInUse(120))
  async update(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
    @Body(AtLeastOneField) body: UpdateEventDto,
  ): Promise<EventDto> {
    return viewEvent(await this.events.update(manager, organizationId, eventId, readEventChanges(body)));
  }
}
