import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ContactsModule } from '../contacts/contacts.module';
import { EventsModule } from '../events/events.module';
import { AdmissionMetrics } from './admission-metrics';
import { AttendeeErasure } from './attendee-erasure';
import { AttendeeListsRepository } from './attendee-lists.repository';
import { Attendee } from './attendee.entity';
import { AttendeesController } from './attendees.controller';
import { AttendeesRepository } from './attendees.repository';
import { AttendeesService } from './attendees.service';
import { CheckInAnswer } from './check-in-answer.entity';
import { CheckInAnswersRepository } from './check-in-answers.repository';
import { CheckInsController } from './check-ins.controller';
import { CheckInsService } from './check-ins.service';
import { ContactAttendeesController } from './contact-attendees.controller';
import { EventStatsController } from './event-stats.controller';
import { EventStatsRepository } from './event-stats.repository';
import { EventStatsService } from './event-stats.service';
import { ExportService } from './guest-list/export.service';
import { GuestListController } from './guest-list/guest-list.controller';
import { ImportService } from './guest-list/import.service';
import { IssueBatchService } from './issue-batch.service';
import { IssueTicketsService } from './issue-tickets.service';
import { Payment } from './payment.entity';
import { PaymentsController } from './payments.controller';
import { PaymentsRepository } from './payments.repository';
import { PaymentsService } from './payments.service';
import { ReconcileService } from './reconcile.service';
import { StatusChange } from './status-change.entity';
import { StatusChangesRepository } from './status-changes.repository';
import { StatusChangesService } from './status-changes.service';
import { TicketsRepository } from './tickets.repository';

@Module({
  imports: [
    TypeOrmModule.forFeature([Attendee, Payment, StatusChange, CheckInAnswer]),
    EventsModule,
    ContactsModule,
  ],
  // The guest list comes first: its "export" is no attendee id.
  controllers: [
    GuestListController,
    AttendeesController,
    CheckInsController,
    ContactAttendeesController,
    EventStatsController,
    PaymentsController,
  ],
  providers: [
    AttendeeErasure,
    IssueTicketsService,
    IssueBatchService,
    AdmissionMetrics,
    TicketsRepository,
    AttendeesService,
    ImportService,
    ExportService,
    AttendeesRepository,
    AttendeeListsRepository,
    StatusChangesService,
    StatusChangesRepository,
    CheckInsService,
    CheckInAnswersRepository,
    EventStatsService,
    EventStatsRepository,
    PaymentsService,
    PaymentsRepository,
    ReconcileService,
  ],
  exports: [ImportService, AttendeesService, StatusChangesService, PaymentsService, ReconcileService],
})
export class AttendeesModule {}
