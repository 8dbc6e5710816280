import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FindMessagesOfQueue1764001410000 implements MigrationInterface {
  transaction = false;

  /** Processes of before find open messages by the new index as well, and sort them. */
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY IF NOT EXISTS outbox_messages_open_of_queue ON outbox_messages (queue, available_at)
      WHERE delivered_at IS NULL AND failed_at IS NULL`);
    await queryRunner.query('DROP INDEX CONCURRENTLY IF EXISTS outbox_messages_open');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX outbox_messages_open ON outbox_messages (available_at)
      WHERE delivered_at IS NULL AND failed_at IS NULL;

      DROP INDEX outbox_messages_open_of_queue;
    `);
  }
}
