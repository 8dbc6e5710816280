import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, IsNull, Not, type Repository } from 'typeorm';
import { OutboxMessage } from './outbox-message.entity';

/** What there is of one type of message. */
export interface OutboxLag {
  type: string;
  open: number;
  /** Age of the oldest open message, and of the oldest that nobody has tried to deliver; 0 without one. */
  oldestSeconds: number;
  untriedSeconds: number;
  failed: number;
}

/** Each part reads a partial index, and is quick as long as there is little to tell. */
const LAG = `
  SELECT type, sum(open)::int AS open, sum(failed)::int AS failed,
    max(oldest)::float AS "oldestSeconds", max(untried)::float AS "untriedSeconds"
  FROM (
    SELECT type, count(*) AS open, 0 AS failed,
      extract(epoch FROM now() - min(created_at)) AS oldest,
      coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE attempts = 0)), 0) AS untried
    FROM outbox_messages WHERE delivered_at IS NULL AND failed_at IS NULL GROUP BY type
    UNION ALL
    SELECT type, 0, count(*), 0, 0 FROM outbox_messages WHERE failed_at IS NOT NULL GROUP BY type
  ) AS parts GROUP BY type`;

export const OPEN = 'message.deliveredAt IS NULL AND message.failedAt IS NULL';

@Injectable()
export class OutboxRepository {
  constructor(@InjectRepository(OutboxMessage) private readonly messages: Repository<OutboxMessage>) {}

  /** The message if it is still open, locked until the transaction ends. */
  lockOpen(manager: EntityManager, organizationId: string, id: string): Promise<OutboxMessage | null> {
    return manager
      .createQueryBuilder(OutboxMessage, 'message')
      .where(`message.organizationId = :organizationId AND message.id = :id AND ${OPEN}`, {
        organizationId,
        id,
      })
      .setLock('for_no_key_update')
      .getOne();
  }

  async noteDelivered(manager: EntityManager, { organizationId, id }: OutboxMessage): Promise<void> {
    await manager.update(
      OutboxMessage,
      { organizationId, id },
      { deliveredAt: () => 'now()', lastError: null },
    );
  }

  async remove(manager: EntityManager, { organizationId, id }: OutboxMessage): Promise<void> {
    await manager.delete(OutboxMessage, { organizationId, id });
  }

  async noteFailure(
    manager: EntityManager,
    { organizationId, id, attempts }: OutboxMessage,
    failure: { error: string; final: boolean; retryInSeconds: number },
  ): Promise<void> {
    await manager.update(
      OutboxMessage,
      { organizationId, id },
      {
        attempts: attempts + 1,
        lastError: failure.error,
        availableAt: inSeconds(failure.retryInSeconds),
        ...(failure.final && { failedAt: () => 'now()' }),
      },
    );
  }

  findLatestOfPayment(
    organizationId: string,
    type: string,
    paymentId: string,
  ): Promise<OutboxMessage | null> {
    return this.messages
      .createQueryBuilder('message')
      .where('message.organizationId = :organizationId AND message.type = :type', { organizationId, type })
      .andWhere(`message.payload ->> 'payment_id' = :paymentId`, { paymentId })
      .orderBy('message.createdAt', 'DESC')
      .addOrderBy('message.id', 'DESC')
      .getOne();
  }

  /** Those that were given up, latest first, of all organizations. */
  listFailed(types: readonly string[], limit: number): Promise<OutboxMessage[]> {
    return this.messages.find({
      where: { type: In(types), failedAt: Not(IsNull()) },
      order: { failedAt: 'DESC' },
      take: limit,
    });
  }

  /** Of all organizations, or nothing but an error when it takes longer than a second. */
  measureLag(): Promise<OutboxLag[]> {
    return this.messages.manager.transaction(async (manager) => {
      await manager.query(`SET LOCAL statement_timeout = '1s'`);
      return manager.query<OutboxLag[]>(LAG);
    });
  }

  /** Opens a message that was given up as if it were new. False when there is none. */
  async reopen(manager: EntityManager, id: string): Promise<boolean> {
    const { affected } = await manager.update(
      OutboxMessage,
      { id, failedAt: Not(IsNull()) },
      { failedAt: null, lastError: null, attempts: 0, availableAt: () => 'now()' },
    );
    return affected === 1;
  }
}

/** For an `availableAt` by the database's clock. */
export function inSeconds(seconds: number) {
  return () => `now() + interval '${Math.round(seconds)} seconds'`;
}
