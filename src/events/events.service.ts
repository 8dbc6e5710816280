import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { transactionTime } from '../common/database/statements';
import type { Page, Window } from '../common/http/page';
import { newId } from '../common/ids/ids';
import { OrganizationsService } from '../organizations/organizations.service';
import { Event, type Venue } from './event.entity';
import { EventNotFound } from './events.errors';
import { EventsRepository } from './events.repository';
import { InventoryService } from './inventory.service';
import type { TicketClass } from './ticket-class.entity';
import { TicketClassesService } from './ticket-classes.service';

export interface ZonedMoment {
  at: Date;
  timezone: string;
}

export interface NewEvent {
  name: string;
  description: string | null;
  start: ZonedMoment;
  end: ZonedMoment | null;
  venue: Venue | null;
  onlineUrl: string | null;
  /** Undefined: the organization's. */
  currency: string | undefined;
  capacity: number;
  /** Major units. */
  ticketPrice: number;
  requireApproval: boolean;
  hidden: boolean;
}

@Injectable()
export class EventsService {
  constructor(
    private readonly repository: EventsRepository,
    private readonly ticketClasses: TicketClassesService,
    private readonly organizations: OrganizationsService,
    private readonly inventory: InventoryService,
  ) {}

  /** Creates an event and its ticket class "General Admission". */
  async create(
    manager: EntityManager,
    organizationId: string,
    wanted: NewEvent,
  ): Promise<{ event: Event; generalAdmission: TicketClass }> {
    const { start, end, currency, ticketPrice, ...rest } = wanted;
    const now = await transactionTime(manager);
    const event = new Event();
    Object.assign(event, rest, {
      organizationId,
      id: newId('event'),
      status: 'active',
      registrationStatus: 'open',
      currency: currency ?? (await this.organizations.get(manager, organizationId)).currency,
      ticketsSold: 0,
      ticketsPending: 0,
      startsAt: start.at,
      startTimezone: start.timezone,
      endsAt: end?.at ?? null,
      endTimezone: end?.timezone ?? null,
      coverImage: null,
      createdAt: now,
      updatedAt: now,
    } satisfies Partial<Event>);
    await this.repository.insert(manager, event);
    const generalAdmission = await this.ticketClasses.createGeneralAdmission(manager, event, ticketPrice);
    return { event, generalAdmission };
  }

  async get(organizationId: string, id: string): Promise<Event> {
    const event = await this.repository.find(organizationId, id);
    if (!event) throw new EventNotFound();
    return event;
  }

  list(organizationId: string, window: Window): Promise<Page<Event>> {
    return this.repository.list(organizationId, window);
  }

  /** A capacity below what is held is allowed: it closes the event to more. */
  async setCapacity(
    manager: EntityManager,
    organizationId: string,
    id: string,
    capacity: number,
  ): Promise<Event> {
    const [event] = await this.inventory.lockEvents(manager, [{ organizationId, id }]);
    if (!event) throw new EventNotFound();
    event.capacity = capacity;
    return this.repository.save(manager, event);
  }
}
