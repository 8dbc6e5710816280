import { AttendeesModule } from './attendees/attendees.module';
import { ContactsModule } from './contacts/contacts.module';
import { EventsModule } from './events/events.module';
import { OrganizationsModule } from './organizations/organizations.module';

/**
 * The modules whose controllers are the API; those of other modules stand at the root. This is the one list to put a
 * module of your own into: entities and migrations are found in its folder (docs/extending.md).
 */
export const API_MODULES = [OrganizationsModule, EventsModule, ContactsModule, AttendeesModule];
