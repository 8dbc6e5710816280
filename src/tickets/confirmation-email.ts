import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIRMATION } from '../attendees/messages';
import { PaymentsService } from '../attendees/payments.service';
import { Links } from '../common/http/links';
import { Mailer } from '../notifications/mailer';
import { MessageHandlers } from '../notifications/message-handlers';
import type { OutboxMessage } from '../notifications/outbox-message.entity';
import { composeConfirmation } from './compose-confirmation';

/** Sends the confirmation email of a batch, one for all its tickets. */
@Injectable()
export class ConfirmationEmail implements OnModuleInit {
  constructor(
    private readonly handlers: MessageHandlers,
    private readonly payments: PaymentsService,
    private readonly mailer: Mailer,
    private readonly links: Links,
  ) {}

  onModuleInit(): void {
    this.handlers.register(CONFIRMATION, (message) => this.send(message));
  }

  private async send({ organizationId, id, payload }: OutboxMessage): Promise<void> {
    const batch = await this.payments.findBatch(organizationId, String(payload.payment_id));
    const address = batch?.payment.contact.email;
    // Since the mail was asked for, the tickets may have been deleted or the contact erased: nothing and nobody to tell.
    if (!batch || !address || batch.tickets.length === 0) return;
    const ticketPage = this.links.ticketPage(batch.payment.token);
    await this.mailer.send({ id, ...composeConfirmation(batch, address, ticketPage) });
  }
}
