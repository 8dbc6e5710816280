import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import type { EntityManager } from 'typeorm';
import { type Batch, PaymentsService } from '../attendees/payments.service';
import { Links } from '../common/http/links';
import { isToken } from '../common/ids/ids';
import { Mailer } from '../notifications/mailer';
import { OrganizationsService } from '../organizations/organizations.service';
import { oneLine } from './text';
import { type TicketSheet, ticketSheet } from './ticket-sheet';
import { TicketsNotFound } from './tickets.errors';

/** Tickets as their holder sees them. */
@Injectable()
export class TicketSheets {
  constructor(
    private readonly payments: PaymentsService,
    private readonly organizations: OrganizationsService,
    private readonly mailer: Mailer,
    private readonly links: Links,
    @InjectEntityManager() private readonly pool: EntityManager,
  ) {}

  /** @throws TicketsNotFound when the token opens nothing, or every ticket behind it is deleted */
  async findByToken(token: string): Promise<{ batch: Batch; sheet: TicketSheet }> {
    const batch = isToken(token) ? await this.payments.findBatchByToken(token) : null;
    if (!batch || batch.tickets.length === 0) throw new TicketsNotFound();
    return { batch, sheet: await this.sheetOf(this.pool, batch) };
  }

  async sheetOf(manager: EntityManager, batch: Batch): Promise<TicketSheet> {
    const { organizationId, token } = batch.payment;
    const organization = await this.organizations.get(manager, organizationId);
    return ticketSheet(batch, {
      organizer: { name: oneLine(organization.name), address: this.mailer.senderAddress },
      pageUrl: this.links.ticketPage(token),
      calendarUrl: this.links.calendarFile(token),
    });
  }
}
