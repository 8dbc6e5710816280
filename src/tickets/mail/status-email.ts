import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { STATUS_CHANGED } from '../../attendees/messages';
import { PaymentsService } from '../../attendees/payments.service';
import { StatusChangesService } from '../../attendees/status-changes.service';
import { Mailer } from '../../notifications/mailer';
import { MessageHandlers } from '../../notifications/message-handlers';
import type { OutboxMessage } from '../../notifications/outbox-message.entity';
import { calendarFile, withdraws } from '../calendar-file';
import { TicketSheets } from '../ticket-sheets.service';
import { newsOfChange } from './news';
import { ticketMail } from './ticket-mail';

/** Tells a guest of a ticket's new status, with the organizer's own words. */
@Injectable()
export class StatusEmail implements OnModuleInit {
  constructor(
    private readonly handlers: MessageHandlers,
    private readonly changes: StatusChangesService,
    private readonly payments: PaymentsService,
    private readonly sheets: TicketSheets,
    private readonly mailer: Mailer,
  ) {}

  onModuleInit(): void {
    this.handlers.register(STATUS_CHANGED, (message, manager) => this.send(message, manager), {
      readOnly: true,
    });
  }

  private async send({ organizationId, id, payload }: OutboxMessage, manager: EntityManager): Promise<void> {
    const attendeeId = String(payload.attendee_id);
    const change = await this.changes.findLatest(manager, organizationId, attendeeId);
    // What another change has overtaken is no news any more, and would contradict the ticket page.
    if (!change || change.id !== payload.status_change_id) return;
    const batch = await this.payments.findBatch(manager, organizationId, change.attendee.paymentId);
    const address = batch?.payment.contact.email;
    if (!batch || !address) return;

    const { contact } = batch.payment;
    const only = { ...batch, tickets: batch.tickets.filter((ticket) => ticket.id === attendeeId) };
    // Of that ticket alone: how to join is told to those whom it admits.
    const sheet = await this.sheets.sheetOf(manager, only);
    const whole = await this.sheets.sheetOf(manager, batch);
    const calendar = calendarFile(batch, whole, new Date());
    const withdrawn = withdraws(whole);
    const { customMessage } = change;
    const news = newsOfChange(change.from, change.to);
    const mail = await ticketMail({ contact, sheet, calendar, withdrawn, news, customMessage }, address);
    await this.mailer.send({ id, ...mail });
  }
}
