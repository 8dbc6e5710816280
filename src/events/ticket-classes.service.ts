import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { transactionTime } from '../common/database/statements';
import type { FieldErrors } from '../common/errors/field-errors';
import { refuse } from '../common/errors/request.errors';
import { newId } from '../common/ids/ids';
import type { Event } from './event.entity';
import { InventoryService } from './inventory.service';
import { priceProblem } from './price';
import { TicketClass, type TicketClassChanges } from './ticket-class.entity';
import {
  QuantityBelowSeatsHeld,
  TicketClassHasSoldTickets,
  TicketClassNotFound,
} from './ticket-classes.errors';
import { TicketClassesRepository } from './ticket-classes.repository';

export type NewTicketClass = TicketClassChanges & Pick<TicketClass, 'name'>;

/** A ticket class and the event whose currency its price is in. */
export interface TicketClassOfEvent {
  event: Event;
  ticketClass: TicketClass;
}

/**
 * Every write locks the event before the ticket class, as sales do: so a class cannot be sold while it is deleted, and
 * neither its total nor the event's currency changes under a write that was checked against it.
 */
@Injectable()
export class TicketClassesService {
  constructor(
    private readonly repository: TicketClassesRepository,
    private readonly inventory: InventoryService,
  ) {}

  /** Adds "General Admission" to an event that the transaction has inserted. */
  createGeneralAdmission(manager: EntityManager, event: Event, cost: number): Promise<TicketClass> {
    return this.add(manager, event, { name: 'General Admission', cost: String(cost) });
  }

  /** @throws TicketClassNameTaken */
  async create(
    manager: EntityManager,
    organizationId: string,
    eventId: string,
    wanted: NewTicketClass,
  ): Promise<TicketClassOfEvent> {
    const event = await this.inventory.lockEvent(manager, { organizationId, id: eventId });
    return { event, ticketClass: await this.add(manager, event, wanted) };
  }

  /** The active ones, newest first. */
  list({ organizationId, id }: Event): Promise<TicketClass[]> {
    return this.repository.listActive(organizationId, id);
  }

  /** A deleted one is found too. */
  find({ organizationId, id: eventId }: Event, id: string): Promise<TicketClass | null> {
    return this.repository.find(organizationId, eventId, id);
  }

  /** A deleted one stays readable by its id. */
  async get({ organizationId, id: eventId }: Event, id: string): Promise<TicketClass> {
    const ticketClass = await this.repository.find(organizationId, eventId, id);
    if (!ticketClass) throw new TicketClassNotFound();
    return ticketClass;
  }

  /** @throws TicketClassNameTaken, QuantityBelowSeatsHeld */
  async update(
    manager: EntityManager,
    organizationId: string,
    eventId: string,
    id: string,
    changes: TicketClassChanges,
  ): Promise<TicketClassOfEvent> {
    const { event, ticketClass } = await this.lockActive(manager, organizationId, eventId, id);
    const written = { ...changes, updatedAt: await transactionTime(manager) };
    Object.assign(ticketClass, written);
    refuse(ticketClass.fieldErrors(changes, event.currency));
    if (ticketClass.isOversold) throw new QuantityBelowSeatsHeld(ticketClass);
    await this.repository.update(manager, ticketClass, written);
    return { event, ticketClass };
  }

  /** @throws TicketClassHasSoldTickets */
  async delete(manager: EntityManager, organizationId: string, eventId: string, id: string): Promise<void> {
    const { ticketClass } = await this.lockActive(manager, organizationId, eventId, id);
    if (ticketClass.quantitySold > 0) throw new TicketClassHasSoldTickets(ticketClass.quantitySold);
    const updatedAt = await transactionTime(manager);
    await this.repository.update(manager, ticketClass, { status: 'deleted', updatedAt });
  }

  /** What is wrong with a currency in which an active ticket class of a locked event cannot be paid. */
  async currencyErrors(manager: EntityManager, event: Event, currency: string): Promise<FieldErrors> {
    const ticketClasses = await this.repository.lockedActive(manager, event.organizationId, event.id);
    for (const { name, cost } of ticketClasses) {
      const problem = priceProblem(Number(cost), currency);
      if (problem)
        return { currency: [`does not suit the price of ticket class "${name}", which ${problem}`] };
    }
    return {};
  }

  private async add(manager: EntityManager, event: Event, wanted: NewTicketClass): Promise<TicketClass> {
    const now = await transactionTime(manager);
    const ticketClass = Object.assign(new TicketClass(), BLANK, {
      requireApproval: event.requireApproval,
      ...wanted,
      organizationId: event.organizationId,
      id: newId('ticketClass'),
      eventId: event.id,
      createdAt: now,
      updatedAt: now,
    });
    refuse(ticketClass.fieldErrors(wanted, event.currency));
    await this.repository.insert(manager, ticketClass);
    return ticketClass;
  }

  /** A deleted one can only be read, so to a write it does not exist. */
  private async lockActive(
    manager: EntityManager,
    organizationId: string,
    eventId: string,
    id: string,
  ): Promise<TicketClassOfEvent> {
    const event = await this.inventory.lockEvent(manager, { organizationId, id: eventId });
    const [ticketClass] = await this.inventory.lockTicketClasses(manager, [{ organizationId, id }]);
    if (ticketClass?.eventId !== eventId || ticketClass.status !== 'active') throw new TicketClassNotFound();
    return { event, ticketClass };
  }
}

/** What a new ticket class is unless told otherwise. */
const BLANK = {
  description: null,
  status: 'active',
  cost: '0',
  quantityTotal: 0,
  quantitySold: 0,
  quantityPending: 0,
  salesStart: null,
  salesEnd: null,
  minimumPerOrder: 1,
  maximumPerOrder: null,
  hideOnEventPage: false,
} satisfies Partial<TicketClass>;
