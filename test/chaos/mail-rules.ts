import { byOperation, type FaultSpan, groupBy, type History } from './history';
import type { Snapshot } from './snapshot';

/** Mails that the one worker delivers at the same time. */
const IN_HAND = 2;

/** Longest from the mail server's acceptance to the record of it, on a machine that has much else to do. */
const RECORDING_MS = 5_000;

/** A mail that the mail server took. */
export interface TakenMail {
  address: string;
  messageId: string;
  /** Milliseconds since the run began. */
  at: number;
}

interface MailEvidence {
  history: History;
  snapshot: Snapshot;
  mails: readonly TakenMail[];
}

export function mailErrors({ history, snapshot, mails }: MailEvidence): string[] {
  const mailed = new Set(mails.map(({ address }) => address));
  const holders = new Set(snapshot.tickets.map(({ email }) => email));
  const asked = new Set<string>();
  for (const [operation] of byOperation(history)) {
    if (operation.sendEmail) operation.emails.forEach((email) => asked.add(email));
  }
  const missing = [...asked].filter((email) => holders.has(email) && !mailed.has(email));
  const unasked = [...mailed].filter((email) => !asked.has(email) || !holders.has(email));
  return [
    ...missing.map((email) => `${email} has no mail`),
    ...unasked.map((email) => `${email} has a mail`),
  ];
}

/** Mails that were followed by another to the same address, which nobody asks for twice. */
export function doubledMails(mails: readonly TakenMail[]): TakenMail[] {
  return [...groupBy(mails, ({ address }) => address).values()].flatMap((copies) =>
    copies.toSorted((a, b) => a.at - b.at).slice(0, -1),
  );
}

/** At-least-once delivery sends a mail again when the record of the first time is lost, and for no other reason. */
export function doublingErrors({ history: { faults }, mails }: MailEvidence): string[] {
  const ids = groupBy(mails, ({ address }) => address);
  const renamed = [...ids].filter(([, copies]) => new Set(copies.map(({ messageId }) => messageId)).size > 1);
  const doubled = doubledMails(mails).map((mail) => ({ mail, during: interruptionsAt(mail.at, faults) }));
  const unexcused = doubled.filter(({ during }) => during.length === 0);
  const counted = doubled.filter(({ during }) =>
    during.every(({ interruptions }) => interruptions < Infinity),
  );
  const most = IN_HAND * sum(faults.map(({ interruptions }) => interruptions).filter(Number.isFinite));
  return [
    ...renamed.map(([address]) => `${address} has mails of several ids`),
    ...unexcused.map(({ mail }) => `${mail.address} was mailed again though nothing broke at ${mail.at} ms`),
    ...(counted.length > most
      ? [`${counted.length} mails were sent again, where ${most} may have been`]
      : []),
  ];
}

function interruptionsAt(at: number, faults: readonly FaultSpan[]): FaultSpan[] {
  return faults.filter(
    ({ interruptions, from, to }) =>
      interruptions > 0 && from - RECORDING_MS <= at && at <= to + RECORDING_MS,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
