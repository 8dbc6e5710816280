import { type DataSource, type EntityManager, In } from 'typeorm';
import { OutboxMessage } from './outbox-message.entity';
import type { OutboxQueue } from './outbox-queues';
import { inSeconds, OPEN } from './outbox.repository';
import type { Backlog } from './relay';

/** The open messages of one queue. */
export class OutboxBacklog implements Backlog<OutboxMessage> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly queue: OutboxQueue,
  ) {}

  /** Oldest first. */
  takeAvailable(manager: EntityManager, limit: number): Promise<OutboxMessage[]> {
    return manager
      .createQueryBuilder(OutboxMessage, 'message')
      .where(`${OPEN} AND message.queue = :queue AND message.availableAt <= now()`, { queue: this.queue })
      .orderBy('message.availableAt')
      .limit(limit)
      .setLock('for_no_key_update')
      .setOnLocked('skip_locked')
      .getMany();
  }

  async lease(manager: EntityManager, messages: readonly OutboxMessage[], seconds: number): Promise<void> {
    await manager.update(
      OutboxMessage,
      {
        organizationId: In(messages.map(({ organizationId }) => organizationId)),
        id: In(messages.map(({ id }) => id)),
      },
      { availableAt: inSeconds(seconds) },
    );
  }

  /** What waits longer than these seconds waits for its next attempt. */
  async endLeases(seconds: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE outbox_messages SET available_at = now()
       WHERE (organization_id, id) IN (
         SELECT organization_id, id FROM outbox_messages
         WHERE delivered_at IS NULL AND failed_at IS NULL AND queue = $2
           AND available_at > now() AND available_at <= now() + make_interval(secs => $1)
         FOR NO KEY UPDATE SKIP LOCKED)`,
      [seconds, this.queue],
    );
  }
}
