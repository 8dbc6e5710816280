import { given } from '../common/http/given';
import type { CreateTicketClassDto, UpdateTicketClassDto } from './dto/write-ticket-class.dto';
import type { TicketClassChanges } from './ticket-class.entity';
import type { NewTicketClass } from './ticket-classes.service';

/** What a client sends, in the terms of the entity: the opposite of `viewTicketClass`. */
export function readNewTicketClass(body: CreateTicketClassDto): NewTicketClass {
  return { ...readTicketClassChanges(body), name: body.name };
}

export function readTicketClassChanges(body: UpdateTicketClassDto): TicketClassChanges {
  return given({
    name: body.name,
    description: body.description,
    cost: body.cost?.toString(),
    quantityTotal: body.quantity_total,
    salesStart: body.sales_start,
    salesEnd: body.sales_end,
    minimumPerOrder: body.minimum_per_order,
    maximumPerOrder: body.maximum_per_order,
    requireApproval: body.require_approval,
    hideOnEventPage: body.hide_on_event_page,
  });
}
