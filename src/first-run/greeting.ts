import type { Environment } from '../common/config/environment';
import { canBeLookedInto } from '../notifications/mail-folder';
import type { Demo } from './demo-file';

/** The lines a newcomer needs. */
export function greeting(environment: Environment, demo: Demo | null): string {
  const { publicUrl } = environment;
  const lines = ['', 'Usher is ready.', '', `  API docs     ${publicUrl}/docs`];
  if (demo) lines.push(`  API key      ${demo.apiKey}`);
  lines.push(`  Ticket page  ${publicUrl}/t/{token}, as in tickets_url of every answer`);
  if (canBeLookedInto(environment)) lines.push(`  Mail         ${publicUrl}/dev/mail`);
  if (demo) lines.push('', 'Issue two tickets:', '', ...createAttendeeCurl(publicUrl, demo));
  return `${lines.join('\n')}\n\n`;
}

function createAttendeeCurl(publicUrl: string, demo: Demo): string[] {
  const body = {
    ticket_class_id: demo.ticketClassId,
    contact: { email: 'ada@example.org', first_name: 'Ada', last_name: 'Lovelace' },
    quantity: 2,
    send_email: true,
  };
  return [
    `  curl -X POST ${publicUrl}/api/v1/events/${demo.eventId}/attendees \\`,
    `    -H 'X-API-KEY: ${demo.apiKey}' \\`,
    `    -H 'Idempotency-Key: my-first-tickets' \\`,
    `    -H 'Content-Type: application/json' \\`,
    `    -d '${JSON.stringify(body)}'`,
  ];
}
