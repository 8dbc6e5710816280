import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { newestFirst } from '../common/database/page-query';
import { execute, type Statement } from '../common/database/statements';
import type { CursorPage, Window } from '../common/http/page';
import { newId } from '../common/ids/ids';
import { LoyaltyAccount } from './loyalty-account.entity';
import { LOYALTY_ENTRY, LoyaltyEntry, POINTS_PER_TICKET } from './loyalty-entry.entity';

/** A ticket that has an entry earns nothing more. Rows are written in an order that everybody keeps: nobody deadlocks. */
const EARN: Statement = {
  name: 'loyalty-earn',
  text: `
    WITH earned AS (
      INSERT INTO loyalty_entries (organization_id, id, contact_id, attendee_id, points, created_at)
      SELECT $1, id, contact_id, attendee_id, $5, $6
      FROM unnest($2::text[], $3::text[], $4::text[]) AS tickets (id, contact_id, attendee_id) ORDER BY attendee_id
      ON CONFLICT (organization_id, attendee_id) DO NOTHING
      RETURNING contact_id, points
    )
    INSERT INTO loyalty_accounts AS account (organization_id, contact_id, points)
    SELECT $1, contact_id, sum(points) FROM earned GROUP BY contact_id ORDER BY contact_id
    ON CONFLICT (organization_id, contact_id) DO UPDATE SET points = account.points + excluded.points`,
};

@Injectable()
export class LoyaltyRepository {
  constructor(
    @InjectRepository(LoyaltyAccount) private readonly accounts: Repository<LoyaltyAccount>,
    @InjectRepository(LoyaltyEntry) private readonly entries: Repository<LoyaltyEntry>,
  ) {}

  find(organizationId: string, contactId: string): Promise<LoyaltyAccount | null> {
    return this.accounts.findOneBy({ organizationId, contactId });
  }

  listEntries(organizationId: string, contactId: string, window: Window): Promise<CursorPage<LoyaltyEntry>> {
    const query = this.entries
      .createQueryBuilder('entry')
      .where('entry.organizationId = :organizationId AND entry.contactId = :contactId', {
        organizationId,
        contactId,
      });
    return newestFirst(query, window);
  }

  /** Locks an account for the rest of the transaction. */
  lock(manager: EntityManager, organizationId: string, contactId: string): Promise<LoyaltyAccount | null> {
    return manager.findOne(LoyaltyAccount, {
      where: { organizationId, contactId },
      lock: { mode: 'for_no_key_update' },
    });
  }

  /** Gives each of these tickets of an organization its points, unless it has had them. */
  async earn(
    manager: EntityManager,
    organizationId: string,
    tickets: readonly { id: string; contactId: string }[],
    at: Date,
  ): Promise<void> {
    await execute(manager, EARN, [
      organizationId,
      tickets.map(() => newId(LOYALTY_ENTRY)),
      tickets.map(({ contactId }) => contactId),
      tickets.map(({ id }) => id),
      POINTS_PER_TICKET,
      at,
    ]);
  }

  /** Writes what was redeemed from an account that the transaction has locked. */
  async redeem(
    manager: EntityManager,
    { organizationId, contactId, points }: LoyaltyAccount,
    entry: LoyaltyEntry,
  ): Promise<void> {
    await manager.update(LoyaltyAccount, { organizationId, contactId }, { points });
    await manager.insert(LoyaltyEntry, entry);
  }
}
