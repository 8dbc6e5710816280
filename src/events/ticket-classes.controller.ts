import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { IdParam } from '../common/http/id-param';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { InTransaction } from '../common/idempotency/write-context';
import { CreateTicketClassDto, TicketClassDto, TicketClassListDto } from './dto/ticket-class.dto';
import { EventNotFound } from './events.errors';
import { EventsService } from './events.service';
import { viewTicketClass } from './ticket-class.view';
import { TicketClassNameTaken, TicketClassNotFound } from './ticket-classes.errors';
import { TicketClassesService } from './ticket-classes.service';

@ApiTags('Ticket classes')
@Controller('events/:eventId/ticket-classes')
export class TicketClassesController {
  constructor(
    private readonly events: EventsService,
    private readonly ticketClasses: TicketClassesService,
  ) {}

  @Post()
  @RequireScope('ticket_classes:write')
  @ApiIdempotent()
  @ApiOperation({ summary: 'Create a ticket class' })
  @ApiAnswer(201, TicketClassDto)
  @ApiFailures(new EventNotFound(), new TicketClassNameTaken())
  async create(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
    @Body() body: CreateTicketClassDto,
  ): Promise<TicketClassDto> {
    const event = await this.events.get(organizationId, eventId);
    const ticketClass = await this.ticketClasses.create(manager, event, {
      name: body.name,
      description: body.description,
      cost: body.cost,
      quantityTotal: body.quantity_total,
      requireApproval: body.require_approval,
    });
    return viewTicketClass(ticketClass, event);
  }

  @Get()
  @RequireScope('ticket_classes:read')
  @ApiOperation({ summary: 'List the active ticket classes of an event, newest first' })
  @ApiAnswer(200, TicketClassListDto)
  @ApiFailures(new EventNotFound())
  async list(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
  ): Promise<TicketClassListDto> {
    const event = await this.events.get(organizationId, eventId);
    const ticketClasses = await this.ticketClasses.list(event);
    return { data: ticketClasses.map((ticketClass) => viewTicketClass(ticketClass, event)) };
  }

  @Get(':ticketClassId')
  @RequireScope('ticket_classes:read')
  @ApiOperation({ summary: 'Get a ticket class; a deleted one stays readable by its id' })
  @ApiAnswer(200, TicketClassDto)
  @ApiFailures(new EventNotFound(), new TicketClassNotFound())
  async get(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
    @IdParam('ticketClass') ticketClassId: string,
  ): Promise<TicketClassDto> {
    const event = await this.events.get(organizationId, eventId);
    return viewTicketClass(await this.ticketClasses.get(event, ticketClassId), event);
  }
}
