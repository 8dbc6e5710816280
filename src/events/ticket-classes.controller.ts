import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { NoFieldsGiven } from '../common/errors/request.errors';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { AtLeastOneField } from '../common/http/at-least-one-field.pipe';
import { DeletedDto } from '../common/http/deleted.dto';
import { IdParam } from '../common/http/id-param';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { InLineFor, InTransaction } from '../common/idempotency/write-context';
import { TicketClassDto, TicketClassListDto } from './dto/ticket-class.dto';
import { CreateTicketClassDto, UpdateTicketClassDto } from './dto/write-ticket-class.dto';
import { EventNotFound } from './events.errors';
import { EventsService } from './events.service';
import { readNewTicketClass, readTicketClassChanges } from './ticket-class.input';
import { viewTicketClass } from './ticket-class.view';
import {
  QuantityBelowSeatsHeld,
  TicketClassHasSoldTickets,
  TicketClassNameTaken,
  TicketClassNotFound,
} from './ticket-classes.errors';
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
  @InLineFor('event')
  @ApiIdempotent()
  @ApiOperation({
    summary: 'Create a ticket class',
    description: `
The name is trimmed, and differs from those of the event's other active ticket classes; upper and lower case count as
different. The name of a deleted one is free again.

Unless given, \`cost\` and \`quantity_total\` are 0, \`minimum_per_order\` is 1, \`require_approval\` is the event's, and
\`hide_on_event_page\` is false.`,
  })
  @ApiAnswer(201, TicketClassDto)
  @ApiFailures(new EventNotFound(), new TicketClassNameTaken())
  async create(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
    @Body() body: CreateTicketClassDto,
  ): Promise<TicketClassDto> {
    const wanted = readNewTicketClass(body);
    return viewTicketClass(await this.ticketClasses.create(manager, organizationId, eventId, wanted));
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
    return { data: ticketClasses.map((ticketClass) => viewTicketClass({ ticketClass, event })) };
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
    return viewTicketClass({ event, ticketClass: await this.ticketClasses.get(event, ticketClassId) });
  }

  @Patch(':ticketClassId')
  @RequireScope('ticket_classes:write')
  @InLineFor('event')
  @ApiOperation({
    summary: 'Change a ticket class',
    description: `
Fields that are left out stay as they are; \`null\` clears those that may be null. Raising \`quantity_total\` opens seats at
once; below what is held it is refused, since seats that are held cannot be taken away. A new \`cost\` is for tickets to
come. A deleted ticket class is not found.`,
  })
  @ApiAnswer(200, TicketClassDto)
  @ApiFailures(
    new NoFieldsGiven(),
    new EventNotFound(),
    new TicketClassNotFound(),
    new TicketClassNameTaken(),
    new QuantityBelowSeatsHeld({ name: 'Balcony', quantityTotal: 50, seatsHeld: 80 }),
  )
  async update(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
    @IdParam('ticketClass') ticketClassId: string,
    @Body(AtLeastOneField) body: UpdateTicketClassDto,
  ): Promise<TicketClassDto> {
    const changes = readTicketClassChanges(body);
    return viewTicketClass(
      await this.ticketClasses.update(manager, organizationId, eventId, ticketClassId, changes),
    );
  }

  @Delete(':ticketClassId')
  @RequireScope('ticket_classes:write')
  @InLineFor('event')
  @ApiOperation({
    summary: 'Delete a ticket class',
    description: `
Refused while any of its tickets is \`valid\` or \`checked_in\`. It is no longer listed, sold or changed, and its name is
free again, but it stays readable by its id. Tickets that are \`pending_approval\` or \`invited\` stay what they are and can
be rejected or deleted, but no longer become \`valid\` in this class. A deleted ticket class is not found when it is
deleted again.`,
  })
  @ApiAnswer(200, DeletedDto)
  @ApiFailures(new EventNotFound(), new TicketClassNotFound(), new TicketClassHasSoldTickets(120))
  async delete(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
    @IdParam('ticketClass') ticketClassId: string,
  ): Promise<DeletedDto> {
    await this.ticketClasses.delete(manager, organizationId, eventId, ticketClassId);
    return { deleted: true, id: ticketClassId };
  }
}
