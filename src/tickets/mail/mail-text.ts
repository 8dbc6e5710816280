import { timeLines } from '../event-times';
import type { TicketCard } from '../ticket-sheet';
import type { MailContent } from './ticket-mail';

/** The mail for those who read text, with every ticket. */
export function mailText({ sheet, greeting, lead, message, linksToPage }: MailContent): string {
  const { organizer, event, tickets, pageUrl } = sheet;
  const place = [...event.place.lines, event.place.online?.url ?? []].flat();
  const blocks = [
    [greeting],
    [lead],
    message.length > 0 ? [`${organizer.name} writes:`, '', ...message.map((line) => `> ${line}`)] : [],
    [event.name, ...timeLines(event.times), ...place],
    tickets.map(ticketLine),
    linksToPage ? [`Your ticket page: ${pageUrl}`] : [],
    [organizer.name],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function ticketLine({ ticketClass, holderInMail, label, barcode }: TicketCard, index: number): string {
  const status = label === 'Valid' ? [] : [label];
  return `${index + 1}. ${[ticketClass, holderInMail, ...status, barcode ?? []].flat().join(' · ')}`;
}
