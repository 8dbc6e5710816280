import { Module } from '@nestjs/common';
import { AttendeesModule } from '../attendees/attendees.module';
import { ConfirmationEmail } from './confirmation-email';
import { TicketPageController } from './page/ticket-page.controller';
import { TicketSheets } from './ticket-sheets.service';

/** What people hold: the ticket page, the calendar file and the mails about tickets. */
@Module({
  imports: [AttendeesModule],
  controllers: [TicketPageController],
  providers: [TicketSheets, ConfirmationEmail],
})
export class TicketsModule {}
