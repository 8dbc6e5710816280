import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages of before, and of processes of before, wait with the mail: as they did. */
export class QueuesOfMessages1764001400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = '2s'`);
    await queryRunner.query(
      `ALTER TABLE outbox_messages ADD COLUMN queue text COLLATE "C" NOT NULL DEFAULT 'email'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE outbox_messages DROP COLUMN queue');
  }
}
