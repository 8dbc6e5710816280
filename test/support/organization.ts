import type { INestApplicationContext } from '@nestjs/common';
import type request from 'supertest';
import { ORGANIZATION_SCOPES, type Scope } from '../../src/common/auth/scopes';
import { Transactions } from '../../src/common/database/transactions';
import type { AttendeeDto, IssuedTicketsDto } from '../../src/attendees/dto/attendee.dto';
import type { StatusHistoryDto } from '../../src/attendees/dto/status-change.dto';
import type { ContactDto } from '../../src/contacts/dto/contact.dto';
import type { EventDto } from '../../src/events/dto/event.dto';
import type { TicketClassDto } from '../../src/events/dto/ticket-class.dto';
import { ApiKeysService } from '../../src/organizations/api-keys.service';
import { OrganizationsService } from '../../src/organizations/organizations.service';
import type { WebhookEndpointWithSecretDto } from '../../src/webhooks/dto/webhook-endpoint.dto';
import type { Attempt } from '../../src/webhooks/webhook-delivery.entity';
import { Client } from './client';
import { until } from './until';

export interface TestEvent extends EventDto {
  /** Its "General Admission". */
  ticketClass: TicketClassDto;
}

/** An organization and the things that tests make in it. */
export class TestOrganization {
  constructor(
    private readonly nest: INestApplicationContext,
    private readonly url: string,
    readonly id: string,
    /** Has every scope of an organization. */
    readonly client: Client,
  ) {}

  /** A client whose key has these scopes only. */
  async clientWith(...scopes: Scope[]): Promise<Client> {
    return new Client(this.url, await createKey(this.nest, this.id, scopes));
  }

  event(fields: Record<string, unknown> = {}): Promise<TestEvent> {
    return createEvent(this.client, fields);
  }

  async ticketClass(event: EventDto, fields: Record<string, unknown> = {}): Promise<TicketClassDto> {
    const { body } = await this.client
      .post(`/events/${event.id}/ticket-classes`, { name: 'Balcony', ...fields })
      .expect(201);
    return body as TicketClassDto;
  }

  async contact(fields: Record<string, unknown> = {}): Promise<ContactDto> {
    const { body } = await this.client.post('/contacts', { email: 'ada@example.org', ...fields }).expect(201);
    return body as ContactDto;
  }

  /** An endpoint that is told what happens. */
  async webhookEndpoint(fields: Record<string, unknown>): Promise<WebhookEndpointWithSecretDto> {
    const { body } = await this.client.post('/webhook-endpoints', fields).expect(201);
    return body as WebhookEndpointWithSecretDto;
  }

  /** What became at first of a test message to an endpoint, as the delivery log has it. */
  async firstAttempt(endpointId: string): Promise<Attempt> {
    const path = `/webhook-endpoints/${endpointId}`;
    const { body: message } = await this.client.post(`${path}/test`).expect(202);
    let attempts: Attempt[] = [];
    await until(async () => {
      const { body: log } = await this.client.get(`${path}/deliveries/${message.id}`).expect(200);
      attempts = log.attempts as Attempt[];
      return attempts.length > 0;
    }, 'It was not tried');
    return attempts[0]!;
  }

  async issue(event: TestEvent, fields: Record<string, unknown> = {}): Promise<IssuedTicketsDto> {
    const { body } = await this.tryIssue(event, fields).expect(201);
    return body as IssuedTicketsDto;
  }

  /** Sends a create attendee whose answer is for the test to judge. */
  tryIssue(event: TestEvent, fields: Record<string, unknown> = {}, idempotencyKey?: string): request.Test {
    return this.client.post(`/events/${event.id}/attendees`, ticketsFor(event, fields), idempotencyKey);
  }

  /** The ticket of an issue of one. */
  async issueOne(event: TestEvent, fields: Record<string, unknown> = {}): Promise<AttendeeDto> {
    return (await this.issue(event, fields)).data[0]!;
  }

  async attendee(event: EventDto, id: string): Promise<AttendeeDto> {
    const { body } = await this.client.get(`/events/${event.id}/attendees/${id}`).expect(200);
    return body as AttendeeDto;
  }

  changeAttendee(event: EventDto, id: string, fields: object): request.Test {
    return this.client.patch(`/events/${event.id}/attendees/${id}`, fields);
  }

  deleteAttendee(event: EventDto, id: string): request.Test {
    return this.client.delete(`/events/${event.id}/attendees/${id}`);
  }

  async history(event: EventDto, id: string): Promise<StatusHistoryDto> {
    const { body } = await this.client.get(`/events/${event.id}/attendees/${id}/history`).expect(200);
    return body as StatusHistoryDto;
  }

  scan(event: EventDto, fields: object, idempotencyKey?: string): request.Test {
    return this.client.post(`/events/${event.id}/check-ins`, fields, idempotencyKey);
  }

  async seats({ id }: EventDto): Promise<{ sold: number; remaining: number | null }> {
    const { body } = await this.client.get(`/events/${id}`).expect(200);
    const { tickets_sold: sold, seats_remaining: remaining } = body as EventDto;
    return { sold, remaining };
  }

  /** All attendees of an event, whatever their status but deleted. */
  async attendees(event: EventDto): Promise<AttendeeDto[]> {
    const statuses = 'invited,pending_approval,valid,checked_in,rejected';
    const { body } = await this.client.get(`/events/${event.id}/attendees?status=${statuses}&page_size=200`);
    return (body as { data: AttendeeDto[] }).data;
  }
}

export async function createEvent(client: Client, fields: Record<string, unknown> = {}): Promise<TestEvent> {
  const start = { utc: '2027-03-01T18:00:00Z', timezone: 'Europe/Berlin' };
  const { body } = await client.post('/events', { name: 'Concert', start, ...fields }).expect(201);
  const event = body as EventDto;
  const { body: classes } = await client.get(`/events/${event.id}/ticket-classes`).expect(200);
  return { ...event, ticketClass: (classes as { data: TicketClassDto[] }).data[0]! };
}

/** The body of a create attendee for this event's General Admission. */
export function ticketsFor(event: TestEvent, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { ticket_class_id: event.ticketClass.id, contact: { email: 'ada@example.org' }, ...fields };
}

export async function createOrganization(
  nest: INestApplicationContext,
  url: string,
): Promise<TestOrganization> {
  const { id } = await nest
    .get(Transactions)
    .run((manager) => nest.get(OrganizationsService).create(manager, { name: 'Test organization' }));
  return new TestOrganization(
    nest,
    url,
    id,
    new Client(url, await createKey(nest, id, [...ORGANIZATION_SCOPES])),
  );
}

async function createKey(
  nest: INestApplicationContext,
  organizationId: string,
  scopes: Scope[],
): Promise<string> {
  const { key } = await nest
    .get(Transactions)
    .run((manager) => nest.get(ApiKeysService).create(manager, organizationId, { name: 'Test key', scopes }));
  return key;
}
