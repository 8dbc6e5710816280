import type { TicketClassDto } from './dto/ticket-class.dto';
import type { TicketClassOfEvent } from './ticket-classes.service';

export function viewTicketClass({ ticketClass, event }: TicketClassOfEvent): TicketClassDto {
  const cost = Number(ticketClass.cost);
  return {
    id: ticketClass.id,
    name: ticketClass.name,
    description: ticketClass.description,
    status: ticketClass.status,
    currency: event.currency,
    cost,
    free: cost === 0,
    quantity_total: ticketClass.quantityTotal,
    quantity_sold: ticketClass.quantitySold,
    seats_remaining: ticketClass.seatsRemaining,
    sales_start: ticketClass.salesStart?.toISOString() ?? null,
    sales_end: ticketClass.salesEnd?.toISOString() ?? null,
    minimum_per_order: ticketClass.minimumPerOrder,
    maximum_per_order: ticketClass.maximumPerOrder,
    require_approval: ticketClass.requireApproval,
    hide_on_event_page: ticketClass.hideOnEventPage,
    created_at: ticketClass.createdAt.toISOString(),
    updated_at: ticketClass.updatedAt.toISOString(),
  };
}
