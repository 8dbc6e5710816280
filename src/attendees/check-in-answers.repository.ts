import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { execute, type Statement } from '../common/database/statements';
import type { StoredResponse } from '../common/idempotency/stored-response';
import { idsIn } from '../common/ids/ids';
import type { Contact } from '../contacts/contact.entity';
import { CheckInAnswer } from './check-in-answer.entity';

export type ScanReference = Pick<CheckInAnswer, 'organizationId' | 'eventId' | 'nonce'>;

/** Waits for a scan with the same nonce that is being decided. */
const CLAIM: Statement = {
  name: 'check-in-answers-claim',
  text: `
    INSERT INTO check_in_answers (organization_id, event_id, nonce, ticket) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING RETURNING nonce`,
};

@Injectable()
export class CheckInAnswersRepository {
  /**
   * Claims a nonce for the scan of a ticket. Returns what was answered when the nonce was used before; an erasure waits
   * for whoever keeps that.
   */
  async claim(
    manager: EntityManager,
    { organizationId, eventId, nonce }: ScanReference,
    ticket: string,
  ): Promise<CheckInAnswer | null> {
    const claimed = await execute(manager, CLAIM, [organizationId, eventId, nonce, ticket]);
    if (claimed.length > 0) return null;
    return manager.findOneOrFail(CheckInAnswer, {
      where: { organizationId, eventId, nonce },
      lock: { mode: 'pessimistic_read' },
    });
  }

  /** Stores the answer to the scan that has claimed the nonce. */
  async record(
    manager: EntityManager,
    { organizationId, eventId, nonce }: ScanReference,
    { status, body }: StoredResponse,
  ): Promise<void> {
    const [contactId = null] = idsIn(body, 'contact');
    await manager.update(CheckInAnswer, { organizationId, eventId, nonce }, { status, body, contactId });
  }

  /** Erases the answers that speak of a contact. */
  async forget(manager: EntityManager, { organizationId, id: contactId }: Contact): Promise<void> {
    await manager.update(CheckInAnswer, { organizationId, contactId }, { body: null });
  }
}
