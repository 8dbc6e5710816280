import { randomBytes, randomUUID } from 'node:crypto';
import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { CreateAttendeeDto } from '../../src/attendees/dto/create-attendee.dto';
import { Contact, Event, IdempotencyRecord, Ticket, TicketClass } from './entities';

/**
 * Create attendee as tutorials write it: one transaction for each request, the rows locked first, seats counted, entities
 * saved. It oversells nothing and repeats nothing; it has no organizations, invitations, approval or mail.
 */
@Injectable()
export class TicketsService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  issue(eventId: string, dto: CreateAttendeeDto, apiKey: string, key?: string): Promise<unknown> {
    return this.dataSource.transaction(async (manager) => {
      if (key === undefined) return this.issueOnce(manager, eventId, dto);
      const known = await manager.findOneBy(IdempotencyRecord, { apiKey, key });
      if (known) return known.response;
      const response = await this.issueOnce(manager, eventId, dto);
      await manager.save(IdempotencyRecord, { apiKey, key, response });
      return response;
    });
  }

  private async issueOnce(manager: EntityManager, eventId: string, dto: CreateAttendeeDto) {
    const { quantity = 1 } = dto;
    const event = await manager.findOne(Event, {
      where: { id: eventId },
      lock: { mode: 'pessimistic_write' },
    });
    if (!event) throw new NotFoundException('Event not found');
    const ticketClass = await manager.findOne(TicketClass, {
      where: { id: dto.ticket_class_id, event: { id: eventId } },
      lock: { mode: 'pessimistic_write', tables: ['ticket_class'] },
    });
    if (!ticketClass) throw new NotFoundException('Ticket class not found');

    const sold = await manager.countBy(Ticket, { event: { id: eventId } });
    const soldInClass = await manager.countBy(Ticket, { ticketClass: { id: ticketClass.id } });
    if (event.capacity > 0 && sold + quantity > event.capacity) throw new ConflictException('Event is full');
    if (ticketClass.quantityTotal > 0 && soldInClass + quantity > ticketClass.quantityTotal) {
      throw new ConflictException('Ticket class is full');
    }

    const contact = await this.saveContact(manager, dto);
    const paymentId = randomUUID();
    const tickets = Array.from({ length: quantity }, () =>
      manager.create(Ticket, {
        event,
        ticketClass,
        contact,
        paymentId,
        barcode: randomBytes(10).toString('hex'),
      }),
    );
    return { data: (await manager.save(tickets)).map(view), payment_id: paymentId, quantity: tickets.length };
  }

  private async saveContact(manager: EntityManager, { contact: given }: CreateAttendeeDto): Promise<Contact> {
    const contact =
      (await manager.findOneBy(Contact, { email: given.email })) ??
      manager.create(Contact, { email: given.email });
    contact.firstName = given.first_name ?? contact.firstName;
    contact.lastName = given.last_name ?? contact.lastName;
    return manager.save(contact);
  }
}

function view({ id, event, ticketClass, contact, paymentId, barcode, createdAt }: Ticket) {
  return {
    id,
    event_id: event.id,
    ticket_class_id: ticketClass.id,
    ticket_class_name: ticketClass.name,
    contact_id: contact.id,
    first_name: contact.firstName,
    last_name: contact.lastName,
    email: contact.email,
    barcode,
    payment_id: paymentId,
    created_at: createdAt,
  };
}
