import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIRMATION } from '../../attendees/messages';
import { PaymentsService } from '../../attendees/payments.service';
import { Mailer } from '../../notifications/mailer';
import { MessageHandlers, PermanentFailure } from '../../notifications/message-handlers';
import type { OutboxMessage } from '../../notifications/outbox-message.entity';
import { calendarFile, withdraws } from '../calendar-file';
import { TicketSheets } from '../ticket-sheets.service';
import { newsOfBatch } from './news';
import { ticketMail } from './ticket-mail';

/** Sends the confirmation email of a batch, one for all its tickets, as they are when it is sent. */
@Injectable()
export class ConfirmationEmail implements OnModuleInit {
  constructor(
    private readonly handlers: MessageHandlers,
    private readonly payments: PaymentsService,
    private readonly sheets: TicketSheets,
    private readonly mailer: Mailer,
  ) {}

  onModuleInit(): void {
    this.handlers.register(CONFIRMATION, (message, manager) => this.send(message, manager), {
      readOnly: true,
    });
  }

  private async send({ organizationId, id, payload }: OutboxMessage, manager: EntityManager): Promise<void> {
    const batch = await this.payments.findBatch(manager, organizationId, String(payload.payment_id));
    const address = batch?.payment.contact.email;
    // Both may have happened since the mail was asked for.
    if (!batch || batch.tickets.length === 0) throw new PermanentFailure('Every ticket was deleted before');
    if (!address) throw new PermanentFailure('The contact was erased before');
    const { contact } = batch.payment;
    const sheet = await this.sheets.sheetOf(manager, batch);
    const calendar = calendarFile(batch, sheet, new Date());
    const news = newsOfBatch(sheet.tickets.map(({ status }) => status));
    const withdrawn = withdraws(sheet);
    const mail = await ticketMail(
      { contact, sheet, calendar, withdrawn, news, customMessage: null },
      address,
    );
    await this.mailer.send({ id, ...mail });
  }
}
