import type { DynamicModule, Type } from '@nestjs/common';
import { AttendeesModule } from './attendees/attendees.module';
import type { Environment } from './common/config/environment';
import { ContactsModule } from './contacts/contacts.module';
import { EventsModule } from './events/events.module';
import { OrganizationsModule } from './organizations/organizations.module';
import { WebhooksModule } from './webhooks/webhooks.module';

/** One that depends on the configuration makes itself by `register`. */
type ApiModule = Type & { register?(environment: Environment): DynamicModule };

/**
 * The modules whose controllers are the API; those of other modules stand at the root. This is the one list to put a
 * module of your own into: entities and migrations are found in its folder (docs/extending.md).
 */
export const API_MODULES: ApiModule[] = [
  OrganizationsModule,
  EventsModule,
  ContactsModule,
  AttendeesModule,
  WebhooksModule,
];
