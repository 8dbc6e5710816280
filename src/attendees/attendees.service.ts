import { Injectable } from '@nestjs/common';
import type { CursorPage, Window } from '../common/http/page';
import { EventsService } from '../events/events.service';
import { AttendeeNotFound } from './attendees.errors';
import { type AttendeeFilter, type AttendeeInFull, AttendeesRepository } from './attendees.repository';

@Injectable()
export class AttendeesService {
  constructor(
    private readonly repository: AttendeesRepository,
    private readonly events: EventsService,
  ) {}

  async list(
    organizationId: string,
    eventId: string,
    filter: AttendeeFilter,
    window: Window,
  ): Promise<CursorPage<AttendeeInFull>> {
    await this.events.get(organizationId, eventId);
    return this.repository.list(organizationId, eventId, filter, window);
  }

  async get(organizationId: string, eventId: string, id: string): Promise<AttendeeInFull> {
    await this.events.get(organizationId, eventId);
    const attendee = await this.repository.find(organizationId, eventId, id);
    if (!attendee || attendee.status === 'deleted') throw new AttendeeNotFound();
    return attendee;
  }
}
