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
    // Tickets may have been deleted since the mail was asked for; then there is nothing left to confirm.
    if (!batch || batch.tickets.length === 0) return;
    await this.mailer.send({ id, ...composeConfirmation(batch, this.links.ticketPage(batch.payment.token)) });
  }
}
