import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { transactionTime } from '../common/database/statements';
import { newId } from '../common/ids/ids';
import type { Event } from './event.entity';
import { TicketClass } from './ticket-class.entity';
import { TicketClassNotFound } from './ticket-classes.errors';
import { TicketClassesRepository } from './ticket-classes.repository';

export interface NewTicketClass {
  name: string;
  description?: string | null;
  /** Major units of the event's currency. */
  cost?: number;
  quantityTotal?: number;
  /** Default: the event's. */
  requireApproval?: boolean;
}

@Injectable()
export class TicketClassesService {
  constructor(private readonly repository: TicketClassesRepository) {}

  createGeneralAdmission(manager: EntityManager, event: Event, cost: number): Promise<TicketClass> {
    return this.create(manager, event, { name: 'General Admission', cost });
  }

  /** @throws TicketClassNameTaken */
  async create(manager: EntityManager, event: Event, wanted: NewTicketClass): Promise<TicketClass> {
    const now = await transactionTime(manager);
    const ticketClass = new TicketClass();
    Object.assign(ticketClass, {
      organizationId: event.organizationId,
      id: newId('ticketClass'),
      eventId: event.id,
      name: wanted.name,
      description: wanted.description ?? null,
      status: 'active',
      cost: String(wanted.cost ?? 0),
      quantityTotal: wanted.quantityTotal ?? 0,
      quantitySold: 0,
      quantityPending: 0,
      salesStart: null,
      salesEnd: null,
      minimumPerOrder: 1,
      maximumPerOrder: null,
      requireApproval: wanted.requireApproval ?? event.requireApproval,
      hideOnEventPage: false,
      createdAt: now,
      updatedAt: now,
    } satisfies Partial<TicketClass>);
    await this.repository.insert(manager, ticketClass);
    return ticketClass;
  }

  /** The active ones, newest first. */
  list({ organizationId, id }: Event): Promise<TicketClass[]> {
    return this.repository.listActive(organizationId, id);
  }

  /** A deleted one stays readable by its id. */
  async get({ organizationId, id: eventId }: Event, id: string): Promise<TicketClass> {
    const ticketClass = await this.repository.find(organizationId, eventId, id);
    if (!ticketClass) throw new TicketClassNotFound();
    return ticketClass;
  }
}
