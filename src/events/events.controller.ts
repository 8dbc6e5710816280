import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { ValidationFailed } from '../common/errors/request.errors';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { IdParam } from '../common/http/id-param';
import { viewPage, windowOf } from '../common/http/page';
import { PageQueryDto } from '../common/http/pagination.dto';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { InTransaction } from '../common/idempotency/write-context';
import { EventDto, EventPageDto } from './dto/event.dto';
import { CreateEventDto, type EventTimeInputDto, UpdateEventDto } from './dto/write-event.dto';
import { viewEvent } from './event.view';
import { EventNotFound } from './events.errors';
import { EventsService, type NewEvent, type ZonedMoment } from './events.service';
import { momentOf } from './zoned-time';

@ApiTags('Events')
@Controller('events')
export class EventsController {
  constructor(private readonly events: EventsService) {}

  @Post()
  @RequireScope('events:write')
  @ApiIdempotent()
  @ApiOperation({
    summary: 'Create an event',
    description: 'Also creates its ticket class "General Admission", which costs `ticket_price`.',
  })
  @ApiAnswer(201, EventDto)
  async create(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @Body() body: CreateEventDto,
  ): Promise<EventDto> {
    const { event } = await this.events.create(manager, organizationId, toNewEvent(body));
    return viewEvent(event);
  }

  @Get()
  @RequireScope('events:read')
  @ApiOperation({ summary: 'List events, newest first' })
  @ApiAnswer(200, EventPageDto)
  async list(
    @CurrentCaller() { organizationId }: Caller,
    @Query() query: PageQueryDto,
  ): Promise<EventPageDto> {
    const page = await this.events.list(organizationId, windowOf(query));
    return viewPage(page, query, viewEvent);
  }

  @Get(':eventId')
  @RequireScope('events:read')
  @ApiOperation({ summary: 'Get an event' })
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
  @ApiOperation({ summary: 'Change an event' })
  @ApiAnswer(200, EventDto)
  @ApiFailures(new EventNotFound())
  async update(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
    @Body() body: UpdateEventDto,
  ): Promise<EventDto> {
    return viewEvent(await this.events.setCapacity(manager, organizationId, eventId, body.capacity));
  }
}

function toNewEvent(body: CreateEventDto): NewEvent {
  const start = toMoment(body.start);
  const end = body.end ? toMoment(body.end) : null;
  if (end && end.at <= start.at) throw new ValidationFailed({ 'end.utc': ['must be after start'] });
  const virtual = body.location?.startsWith('https://') ?? false;
  return {
    name: body.name,
    description: body.description ?? null,
    start,
    end,
    venue: body.location && !virtual ? { ...NOWHERE, address: body.location } : null,
    onlineUrl: body.location && virtual ? body.location : null,
    currency: body.currency ?? undefined,
    capacity: body.capacity ?? 0,
    ticketPrice: body.ticket_price ?? 0,
    requireApproval: body.require_approval ?? false,
    hidden: body.hidden ?? false,
  };
}

const NOWHERE = { name: null, address: null, city: null, state: null, country: null };

function toMoment({ utc, timezone }: EventTimeInputDto): ZonedMoment {
  return { at: momentOf(utc, timezone), timezone };
}
