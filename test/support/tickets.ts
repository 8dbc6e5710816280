import type { AttendeeDto, IssuedTicketsDto } from '../../src/attendees/dto/attendee.dto';
import type { TestApp } from './app';
import type { TestEvent, TestOrganization } from './organization';

/** The page of a batch on the app under test, wherever its public URL points. */
export function ticketPageOf(app: TestApp, { tickets_url }: IssuedTicketsDto): string {
  return app.url + new URL(tickets_url).pathname;
}

/** One ticket of each status that can stand on one page, in this order. */
const STATUSES = ['valid', 'checked_in', 'pending_approval', 'rejected', 'deleted'] as const;

/** A batch with one ticket of each of `STATUSES`, each as the API shows it at last. */
export async function issueOneOfEach(
  organization: TestOrganization,
  event: TestEvent,
  contact: Record<string, string> = { email: 'ada@example.org', first_name: 'Ada', last_name: 'Lovelace' },
): Promise<{ batch: IssuedTicketsDto; tickets: AttendeeDto[] }> {
  const quantity = STATUSES.length;
  const batch = await organization.issue(event, { contact, quantity, status: 'pending_approval' });
  const ways = [['valid'], ['valid', 'checked_in'], [], ['rejected'], ['deleted']];
  const tickets: AttendeeDto[] = [];
  for (const [index, way] of ways.entries()) {
    let ticket = batch.data[index]!;
    for (const status of way) {
      const path = `/events/${event.id}/attendees/${ticket.id}`;
      ({ body: ticket } = await organization.client.patch(path, { status }).expect(200));
    }
    tickets.push(ticket);
  }
  return { batch, tickets };
}
