import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { failedStatement, violatesUnique } from '../common/database/postgres-error';
import { NOTHING_TO_SEND, type Sent, together } from '../common/database/round-trip';
import { execute, givenRows, type Statement } from '../common/database/statements';
import { Overtaken } from '../common/database/transactions';
import { newId } from '../common/ids/ids';

export interface ContactKey {
  organizationId: string;
  /** Trimmed and lower-cased. */
  email: string;
}

/** The part of a contact that tickets show and that create attendee may write. */
export interface ContactCard extends ContactKey {
  id: string;
  firstName: string | null;
  lastName: string | null;
  phoneNumber: string | null;
}

export interface Upserted {
  /** Each contact as it stood right after its write, in the order of the writes. */
  cards: ContactCard[];
  /** Contacts that are new or not what they were. */
  changed: ContactCard[];
  /** @throws Overtaken when somebody else has made one of the contacts since it was looked for */
  sent: Sent<unknown>;
}

/** Undefined keeps what is there. */
export interface ContactFields {
  firstName?: string;
  lastName?: string;
  phoneNumber?: string;
}

interface ContactRow {
  organization_id: string;
  id: string;
  email: string;
  first_name: string | null;
  last_name: string | null;
  phone_number: string | null;
}

const LOCK: Statement = {
  name: 'contacts-lock',
  text: `
    SELECT c.organization_id, c.id, c.email, c.first_name, c.last_name, c.phone_number
    FROM ${givenRows('text', 'text')} AS wanted (organization_id, email)
    JOIN contacts c USING (organization_id, email)
    ORDER BY c.organization_id, c.email
    FOR NO KEY UPDATE OF c`,
};

const INSERT: Statement = {
  name: 'contacts-insert',
  text: `
    INSERT INTO contacts (organization_id, id, email, first_name, last_name, phone_number, created_at, updated_at)
    SELECT *, $7::timestamptz, $7::timestamptz
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`,
};

const UPDATE: Statement = {
  name: 'contacts-update',
  text: `
    UPDATE contacts c
    SET first_name = w.first_name, last_name = w.last_name, phone_number = w.phone_number, updated_at = $6
    FROM ${givenRows('text', 'text', 'text', 'text', 'text')}
      AS w (organization_id, id, first_name, last_name, phone_number)
    WHERE c.organization_id = w.organization_id AND c.id = w.id`,
};

/** Whether a lock timeout is about a contact, which somebody else writes or is about to add. */
export function waitsForContact(timeout: unknown): boolean {
  return [LOCK.name, INSERT.name].includes(failedStatement(timeout) ?? '');
}

export function contactKey({ organizationId, email }: ContactKey): string {
  return `${organizationId} ${email}`;
}

/** Upserts many contacts at once, as if their writes came one after another. */
@Injectable()
export class ContactUpsert {
  /** Locks the contacts that exist for the rest of the transaction, by `contactKey`. */
  async lock(manager: EntityManager, keys: readonly ContactKey[]): Promise<Map<string, ContactCard>> {
    const distinct = sorted(new Map(keys.map((key) => [contactKey(key), key])));
    if (distinct.length === 0) return new Map();
    const rows = await execute<ContactRow>(manager, LOCK, [
      distinct.map(({ organizationId }) => organizationId),
      distinct.map(({ email }) => email),
    ]);
    return new Map(rows.map(toCard).map((card) => [contactKey(card), card]));
  }

  /** Writes in the order given. `known` is what `lock` found for these keys. */
  write(
    manager: EntityManager,
    known: ReadonlyMap<string, ContactCard>,
    writes: readonly (ContactKey & { fields: ContactFields })[],
    now: Date,
  ): Upserted {
    const current = new Map(known);
    const cards = writes.map((write) => {
      const key = contactKey(write);
      const card = merge(current.get(key) ?? blank(write), write.fields);
      current.set(key, card);
      return card;
    });
    const added = sorted(new Map([...current].filter(([key]) => !known.has(key))));
    const updated = [...known]
      .map(([key, before]) => ({ before, after: current.get(key)! }))
      .filter(({ before, after }) => differ(before, after))
      .map(({ after }) => after);
    const sent = together(this.insert(manager, added, now), this.update(manager, updated, now));
    return { cards, changed: [...added, ...updated], sent };
  }

  private insert(manager: EntityManager, cards: ContactCard[], now: Date): Sent<unknown> {
    if (cards.length === 0) return NOTHING_TO_SEND;
    const inserted = execute(manager, INSERT, [
      cards.map(({ organizationId }) => organizationId),
      cards.map(({ id }) => id),
      cards.map(({ email }) => email),
      cards.map(({ firstName }) => firstName),
      cards.map(({ lastName }) => lastName),
      cards.map(({ phoneNumber }) => phoneNumber),
      now,
    ]);
    return inserted.catch(blameRival) as Promise<unknown> as Sent<unknown>;
  }

  private update(manager: EntityManager, cards: ContactCard[], now: Date): Sent<unknown> {
    if (cards.length === 0) return NOTHING_TO_SEND;
    return execute(manager, UPDATE, [
      cards.map(({ organizationId }) => organizationId),
      cards.map(({ id }) => id),
      cards.map(({ firstName }) => firstName),
      cards.map(({ lastName }) => lastName),
      cards.map(({ phoneNumber }) => phoneNumber),
      now,
    ]);
  }
}

function blameRival(error: unknown): never {
  throw violatesUnique(error, 'contacts_email_unique') ? new Overtaken() : error;
}

function blank({ organizationId, email }: ContactKey): ContactCard {
  return { organizationId, id: newId('contact'), email, firstName: null, lastName: null, phoneNumber: null };
}

function merge(card: ContactCard, fields: ContactFields): ContactCard {
  return {
    organizationId: card.organizationId,
    id: card.id,
    email: card.email,
    firstName: fields.firstName ?? card.firstName,
    lastName: fields.lastName ?? card.lastName,
    phoneNumber: fields.phoneNumber ?? card.phoneNumber,
  };
}

function differ(a: ContactCard, b: ContactCard): boolean {
  return a.firstName !== b.firstName || a.lastName !== b.lastName || a.phoneNumber !== b.phoneNumber;
}

/** By key, the order in which everybody locks contacts. */
function sorted<T>(byKey: ReadonlyMap<string, T>): T[] {
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

function toCard(row: ContactRow): ContactCard {
  return {
    organizationId: row.organization_id,
    id: row.id,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    phoneNumber: row.phone_number,
  };
}
