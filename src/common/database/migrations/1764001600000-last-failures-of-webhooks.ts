import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LastFailuresOfWebhooks1764001600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = '2s'`);
    await queryRunner.query('ALTER TABLE webhook_endpoints ADD COLUMN last_failure_at timestamptz');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE webhook_endpoints DROP COLUMN last_failure_at');
  }
}
