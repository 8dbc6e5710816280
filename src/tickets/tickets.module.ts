import { Module } from '@nestjs/common';
import { AttendeesModule } from '../attendees/attendees.module';
import { ConfirmationEmail } from './confirmation-email';

/** What people hold: the confirmation email and the ticket page. */
@Module({
  imports: [AttendeesModule],
  providers: [ConfirmationEmail],
})
export class TicketsModule {}
