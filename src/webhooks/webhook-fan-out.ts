import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { viewAttendee } from '../attendees/attendee.view';
import { AttendeesService } from '../attendees/attendees.service';
import { transactionTime } from '../common/database/statements';
import { viewContact } from '../contacts/contact.view';
import { isPresent } from '../contacts/contact.entity';
import { ContactsService } from '../contacts/contacts.service';
import { DOMAIN_EVENT_TYPES, type DomainEvent } from '../domain-events/domain-event';
import { DomainEvents } from '../domain-events/domain-events';
import type { Wish } from '../domain-events/subscriber';
import { viewEvent } from '../events/event.view';
import { EventsService } from '../events/events.service';
import { payloadOf } from './payload';
import { WebhookBacklog } from './webhook-backlog';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository';
import { newDelivery } from './webhook-delivery.entity';
import { wants, WebhookEndpointsRepository } from './webhook-endpoints.repository';

/** Things that are held in memory at once; in a rush one event may tell of thousands of tickets. */
const PORTION = 200;

/** What the API shows of a thing, and the contact that this speaks of. */
interface Thing {
  data: object;
  contactId: string | null;
}

/** Makes of every domain event a delivery for each thing and each endpoint that wants it. */
@Injectable()
export class WebhookFanOut implements OnModuleInit {
  constructor(
    private readonly domainEvents: DomainEvents,
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly backlog: WebhookBacklog,
    private readonly attendees: AttendeesService,
    private readonly contacts: ContactsService,
    private readonly events: EventsService,
  ) {}

  onModuleInit(): void {
    this.domainEvents.subscribe({
      name: 'webhooks',
      types: DOMAIN_EVENT_TYPES,
      wants: (manager, organizationIds) => this.wishOf(manager, organizationIds),
      handle: (event, manager) => this.fanOut(event, manager),
    });
  }

  private async wishOf(manager: EntityManager, organizationIds: readonly string[]): Promise<Wish | null> {
    const wanted = await this.endpoints.wanted(manager, organizationIds);
    if (wanted.length === 0) return null;
    return (id, type) => wanted.some((endpoint) => endpoint.organizationId === id && wants(endpoint, type));
  }

  private async fanOut(event: DomainEvent, manager: EntityManager): Promise<void> {
    const { type, organizationId, occurredAt } = event;
    const wanted = await this.endpoints.wanted(manager, [organizationId]);
    const recipients = wanted.filter((endpoint) => wants(endpoint, type));
    if (recipients.length === 0) return;
    const now = await transactionTime(manager);
    for (let told = 0; told < event.ids.length; told += PORTION) {
      const ids = event.ids.slice(told, told + PORTION);
      const things = await this.thingsOf({ ...event, ids }, manager);
      const messages = things.map(({ data, contactId }) => ({
        organizationId,
        type,
        contactId,
        payload: payloadOf(type, occurredAt, data),
        byHand: false,
      }));
      await this.deliveries.insert(
        manager,
        recipients.flatMap(({ id: endpointId }) =>
          messages.map((message) => newDelivery({ ...message, endpointId }, now)),
        ),
      );
    }
    this.backlog.announce(manager);
  }

  /** As they are by now; later attempts do not look again. */
  private async thingsOf(
    { type, organizationId, ids }: DomainEvent,
    manager: EntityManager,
  ): Promise<Thing[]> {
    if (type.startsWith('attendee.')) {
      const attendees = await this.attendees.read(manager, organizationId, ids);
      return attendees.map((one) => ({ data: viewAttendee(one), contactId: one.contactId }));
    }
    if (type.startsWith('contact.')) {
      const contacts = await this.contacts.read(manager, organizationId, ids);
      return contacts.map((one) =>
        isPresent(one)
          ? { data: viewContact(one), contactId: one.id }
          : { data: { deleted: true, id: one.id }, contactId: null },
      );
    }
    const events = await this.events.read(manager, organizationId, ids);
    return events.map((one) => ({ data: viewEvent(one), contactId: null }));
  }
}
