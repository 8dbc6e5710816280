import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Empty for messages of before, and wherever nothing is traced. */
export class TraceMessages1764001350000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = '2s'`);
    await queryRunner.query('ALTER TABLE outbox_messages ADD COLUMN traceparent text');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE outbox_messages DROP COLUMN traceparent');
  }
}
