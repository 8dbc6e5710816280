import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { transactionTime } from '../common/database/statements';
import { refuse } from '../common/errors/request.errors';
import type { Page, Window } from '../common/http/page';
import { newId } from '../common/ids/ids';
import { DomainEvents } from '../domain-events/domain-events';
import { OrganizationsService } from '../organizations/organizations.service';
import { Event, type EventChanges } from './event.entity';
import { EventCurrencyInUse, EventNotFound } from './events.errors';
import { type EventFilter, EventsRepository } from './events.repository';
import { InventoryService } from './inventory.service';
import { priceProblem } from './price';
import type { TicketClass } from './ticket-class.entity';
import { TicketClassesService } from './ticket-classes.service';

export type NewEvent = EventChanges &
  Pick<Event, 'name' | 'startsAt' | 'startTimezone'> & {
    /** Major units; 0 unless given. */
    ticketPrice?: number;
  };

@Injectable()
export class EventsService {
  constructor(
    private readonly repository: EventsRepository,
    private readonly ticketClasses: TicketClassesService,
    private readonly organizations: OrganizationsService,
    private readonly inventory: InventoryService,
    private readonly domainEvents: DomainEvents,
  ) {}

  /** Creates an event and its ticket class "General Admission". */
  async create(
    manager: EntityManager,
    organizationId: string,
    { ticketPrice = 0, ...wanted }: NewEvent,
  ): Promise<{ event: Event; generalAdmission: TicketClass }> {
    const now = await transactionTime(manager);
    const currency = wanted.currency ?? (await this.organizations.get(manager, organizationId)).currency;
    const event = Object.assign(new Event(), BLANK, wanted, {
      organizationId,
      id: newId('event'),
      currency,
      createdAt: now,
      updatedAt: now,
    });
    const price = priceProblem(ticketPrice, currency);
    refuse({ ...event.fieldErrors(wanted), ...(price && { ticket_price: [price] }) });
    await this.repository.insert(manager, event);
    const generalAdmission = await this.ticketClasses.createGeneralAdmission(manager, event, ticketPrice);
    await this.tell(manager, 'event.created', event);
    return { event, generalAdmission };
  }

  async get(organizationId: string, id: string): Promise<Event> {
    const event = await this.repository.find(organizationId, id);
    if (!event) throw new EventNotFound();
    return event;
  }

  /** Those of these that exist. */
  read(manager: EntityManager, organizationId: string, ids: readonly string[]): Promise<Event[]> {
    return this.repository.findMany(manager, organizationId, ids);
  }

  /** For transactions: reading past them would take a second connection. @throws EventNotFound */
  async assertExists(manager: EntityManager, organizationId: string, id: string): Promise<void> {
    if (!(await this.repository.exists(manager, organizationId, id))) throw new EventNotFound();
  }

  list(organizationId: string, filter: EventFilter, window: Window): Promise<Page<Event>> {
    return this.repository.list(organizationId, filter, window);
  }

  /** A capacity below what is held is allowed: it closes the event to more. */
  async update(
    manager: EntityManager,
    organizationId: string,
    id: string,
    changes: EventChanges,
  ): Promise<Event> {
    const event = await this.inventory.lockEvent(manager, { organizationId, id });
    const { currency = event.currency } = changes;
    if (currency !== event.currency && event.seatsHeld > 0) throw new EventCurrencyInUse(event.seatsHeld);
    const currencyErrors =
      currency === event.currency ? {} : await this.ticketClasses.currencyErrors(manager, event, currency);
    const written = { ...changes, updatedAt: await transactionTime(manager) };
    Object.assign(event, written);
    refuse({ ...event.fieldErrors(changes), ...currencyErrors });
    await this.repository.update(manager, event, written);
    await this.tell(manager, 'event.updated', event);
    return event;
  }

  private tell(
    manager: EntityManager,
    type: 'event.created' | 'event.updated',
    { organizationId, id, updatedAt }: Event,
  ): Promise<void> {
    return this.domainEvents.record(manager, { type, organizationId, ids: [id], occurredAt: updatedAt });
  }
}

/** What a new event is unless told otherwise. */
const BLANK = {
  description: null,
  status: 'active',
  registrationStatus: 'open',
  capacity: 0,
  ticketsSold: 0,
  ticketsPending: 0,
  endsAt: null,
  endTimezone: null,
  venue: null,
  onlineUrl: null,
  requireApproval: false,
  hidden: false,
  coverImage: null,
} satisfies Partial<Event>;
