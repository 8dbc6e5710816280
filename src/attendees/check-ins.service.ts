import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { inOneRoundTrip } from '../common/database/round-trip';
import { transactionTime } from '../common/database/statements';
import { AnswerErased } from '../common/idempotency/idempotency.errors';
import { RecordedRefusal } from '../common/idempotency/recorded-refusal';
import {
  freshResponse,
  isDecision,
  refusalResponse,
  type StoredResponse,
} from '../common/idempotency/stored-response';
import { EventsService } from '../events/events.service';
import { viewAttendee } from './attendee.view';
import { AttendeesRepository, type ShownAttendee } from './attendees.repository';
import type { CheckInAnswer } from './check-in-answer.entity';
import { CheckInAnswersRepository } from './check-in-answers.repository';
import { AlreadyCheckedIn, NonceReused, TicketNotValid, UnknownBarcode } from './check-ins.errors';
import type { AttendeeDto } from './dto/attendee.dto';
import { StatusChangesService } from './status-changes.service';

export interface Scan {
  organizationId: string;
  apiKeyId: string;
  requestId: string;
  eventId: string;
  /** What names the ticket. */
  ticket: { barcode: string } | { id: string };
  nonce: string | undefined;
  /** Undefined: now. */
  scannedAt: Date | undefined;
}

/**
 * Checks tickets in. Only the ticket is locked, so the gates of one event work side by side; a check-in moves no seat.
 */
@Injectable()
export class CheckInsService {
  constructor(
    private readonly events: EventsService,
    private readonly attendees: AttendeesRepository,
    private readonly statusChanges: StatusChangesService,
    private readonly answers: CheckInAnswersRepository,
  ) {}

  /**
   * Answers a scan. With a nonce the answer, a refusal included, is stored in this transaction and given again.
   *
   * @throws EventNotFound, UnknownBarcode, AlreadyCheckedIn, TicketNotValid, NonceReused, AnswerErased
   */
  async checkIn(manager: EntityManager, scan: Scan): Promise<AttendeeDto> {
    const { nonce } = scan;
    const eventExists = this.events.assertExists(manager, scan.organizationId, scan.eventId);
    if (nonce === undefined) return viewAttendee(await this.admit(manager, scan, eventExists));

    await eventExists;
    const ticket = JSON.stringify(scan.ticket);
    const known = await this.answers.claim(manager, { ...scan, nonce }, ticket);
    return send(known ? answerAgain(known, ticket) : await this.answerFirst(manager, { ...scan, nonce }));
  }

  private async answerFirst(manager: EntityManager, scan: Scan & { nonce: string }): Promise<StoredResponse> {
    const response = await this.admit(manager, scan).then(
      (attendee) => freshResponse(200, viewAttendee(attendee)),
      (error: unknown) => refusal(error, scan.requestId),
    );
    await this.answers.record(manager, scan, response);
    return response;
  }

  /** `eventExists` is asked already when it comes along, and shares the round trip. */
  private async admit(
    manager: EntityManager,
    scan: Scan,
    eventExists?: Promise<void>,
  ): Promise<ShownAttendee> {
    const { organizationId, eventId, ticket, scannedAt } = scan;
    const [, attendee, now] = await inOneRoundTrip(
      eventExists ?? Promise.resolve(),
      this.attendees.lock(manager, { organizationId, eventId, ...ticket }),
      transactionTime(manager),
    );
    if (!attendee) throw new UnknownBarcode();
    const { status } = attendee;
    if (status === 'checked_in') throw new AlreadyCheckedIn(viewAttendee(attendee));
    if (status !== 'valid') throw new TicketNotValid(status);
    attendee.become('checked_in', now, scannedAt && scannedAt < now ? scannedAt : now);
    await this.statusChanges.record(manager, attendee, status, { ...scan, customMessage: null });
    return attendee;
  }
}

/** A refusal changed nothing, so it can be stored as it is. */
function refusal(error: unknown, requestId: string): StoredResponse {
  if (!isDecision(error)) throw error;
  return refusalResponse(error, requestId);
}

function answerAgain({ ticket, status, body }: CheckInAnswer, wanted: string): StoredResponse {
  if (ticket !== wanted) throw new NonceReused();
  if (body === null) throw new AnswerErased();
  return { status: status!, body, replayed: false };
}

function send(response: StoredResponse): AttendeeDto {
  if (response.status >= 400) throw new RecordedRefusal(response);
  return JSON.parse(response.body) as AttendeeDto;
}
