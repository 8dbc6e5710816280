import { type Command, InvalidArgumentError } from 'commander';
import { perform } from './perform';

export function addMailCommands(program: Command): void {
  const mail = program.command('mail').description('Mail that was given up');

  mail
    .command('list-failed')
    .description('Print the mails that were given up, one JSON line each, latest first')
    .option('--limit <number>', 'how many at most', wholeNumber, 100)
    .action(({ limit }: { limit: number }) => perform(({ listFailedMail }) => listFailedMail(limit)));

  mail
    .command('resend')
    .description(
      'Send mails that were given up again, all or none; the running server does it within a second',
    )
    .argument('<ids...>', 'ids of the mails, as list-failed prints them')
    .action((ids: string[]) => perform(({ resendMail }) => resendMail(ids)));
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Must be a whole number from 1.');
  return Number(text);
}
