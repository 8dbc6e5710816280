import { Module } from '@nestjs/common';
import { AttendeesModule } from '../attendees/attendees.module';
import { ConfirmationEmail } from './mail/confirmation-email';
import { StatusEmail } from './mail/status-email';
import { TicketPageController } from './page/ticket-page.controller';
import { TicketSheets } from './ticket-sheets.service';

/** What people hold: the ticket page, the calendar file and the mails about tickets. */
@Module({
  imports: [AttendeesModule],
  controllers: [TicketPageController],
  providers: [TicketSheets, ConfirmationEmail, StatusEmail],
})
export class TicketsModule {}
