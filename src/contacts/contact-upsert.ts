import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { execute, givenRows, type Statement } from '../common/database/statements';
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
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    ON CONFLICT (organization_id, email) DO NOTHING
    RETURNING id`,
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

  /**
   * Writes in the order given. `known` is what `lock` found for these keys.
   */
  async write(
    manager: EntityManager,
    known: ReadonlyMap<string, ContactCard>,
    writes: readonly (ContactKey & { fields: ContactFields })[],
    now: Date,
  ): Promise<Upserted> {
    const unknown = new Map<string, ContactCard>();
    for (const write of writes) {
      const key = contactKey(write);
      if (!known.has(key)) unknown.set(key, merge(unknown.get(key) ?? blank(write), write.fields));
    }
    const raced = await this.insert(manager, sorted(unknown), now);

    // Contacts of this transaction's making start blank here too, so that each write sees only those before it.
    const current = new Map([...known, ...raced]);
    const cards = writes.map((write) => {
      const key = contactKey(write);
      const before = current.get(key) ?? blank(write, unknown.get(key)?.id);
      const after = merge(before, write.fields);
      current.set(key, after);
      return after;
    });
    const updated = [...known, ...raced]
      .map(([key, before]) => ({ before, after: current.get(key)! }))
      .filter(({ before, after }) => differ(before, after))
      .map(({ after }) => after);
    await this.update(manager, updated, now);
    const inserted = [...unknown].filter(([key]) => !raced.has(key)).map(([, card]) => card);
    return { cards, changed: [...inserted, ...updated] };
  }

  /** Inserts contacts, and returns, locked, those that somebody else inserted since they were looked for. */
  private async insert(
    manager: EntityManager,
    cards: ContactCard[],
    now: Date,
  ): Promise<ReadonlyMap<string, ContactCard>> {
    if (cards.length === 0) return new Map();
    const rows = await execute<{ id: string }>(manager, INSERT, [
      cards.map(({ organizationId }) => organizationId),
      cards.map(({ id }) => id),
      cards.map(({ email }) => email),
      cards.map(({ firstName }) => firstName),
      cards.map(({ lastName }) => lastName),
      cards.map(({ phoneNumber }) => phoneNumber),
      now,
    ]);
    if (rows.length === cards.length) return new Map();
    const inserted = new Set(rows.map(({ id }) => id));
    const rivals = cards.filter(({ id }) => !inserted.has(id));
    const raced = await this.lock(manager, rivals);
    // A rival that was renamed or erased before it could be locked leaves its address free after all.
    const free = rivals.filter((card) => !raced.has(contactKey(card)));
    return new Map([...raced, ...(await this.insert(manager, free, now))]);
  }

  private async update(manager: EntityManager, cards: ContactCard[], now: Date): Promise<void> {
    if (cards.length === 0) return;
    await execute(manager, UPDATE, [
      cards.map(({ organizationId }) => organizationId),
      cards.map(({ id }) => id),
      cards.map(({ firstName }) => firstName),
      cards.map(({ lastName }) => lastName),
      cards.map(({ phoneNumber }) => phoneNumber),
      now,
    ]);
  }
}

function blank({ organizationId, email }: ContactKey, id = newId('contact')): ContactCard {
  return { organizationId, id, email, firstName: null, lastName: null, phoneNumber: null };
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
