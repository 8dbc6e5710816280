import { Injectable } from '@nestjs/common';
import { EventsService } from '../events/events.service';
import { seatsRemaining } from '../events/seats';
import { ATTENDEE_STATUSES, SEAT_OF_STATUS } from './attendee.entity';
import type { EventStatsDto, StatusCountsDto, TicketClassStatsDto } from './dto/event-stats.dto';
import { EventStatsRepository, type StatusCounts, type TicketClassCounts } from './event-stats.repository';

@Injectable()
export class EventStatsService {
  constructor(
    private readonly repository: EventStatsRepository,
    private readonly events: EventsService,
  ) {}

  /** @throws EventNotFound */
  async find(organizationId: string, eventId: string): Promise<EventStatsDto> {
    const event = await this.events.get(organizationId, eventId);
    const { ticketClasses, checkInsByHour } = await this.repository.count(organizationId, eventId);
    const all = sum(ticketClasses);
    return {
      event_id: event.id,
      by_status: all,
      by_ticket_class: ticketClasses.map(viewTicketClass),
      seats_remaining: seatsRemaining(event.capacity, seatsHeld(all)),
      check_ins_over_time: checkInsByHour.map(({ hour, check_ins }) => ({
        hour: hour.toISOString(),
        check_ins,
      })),
    };
  }
}

function viewTicketClass(ticketClass: TicketClassCounts): TicketClassStatsDto {
  return {
    ticket_class_id: ticketClass.id,
    ticket_class_name: ticketClass.name,
    ticket_class_status: ticketClass.class_status,
    by_status: sum([ticketClass]),
    seats_remaining: seatsRemaining(ticketClass.quantity_total, seatsHeld(ticketClass)),
  };
}

function seatsHeld(counts: StatusCounts): number {
  const held = ATTENDEE_STATUSES.filter((status) => SEAT_OF_STATUS[status]);
  return held.reduce((seats, status) => seats + counts[status], 0);
}

function sum(counts: readonly StatusCounts[]): StatusCountsDto {
  const total = (status: keyof StatusCounts) => counts.reduce((so, one) => so + one[status], 0);
  return {
    invited: total('invited'),
    pending_approval: total('pending_approval'),
    valid: total('valid'),
    checked_in: total('checked_in'),
    rejected: total('rejected'),
    deleted: total('deleted'),
  };
}
