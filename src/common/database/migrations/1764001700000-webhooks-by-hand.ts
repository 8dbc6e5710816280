import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WebhooksByHand1764001700000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = '2s'`);
    await queryRunner.query(
      'ALTER TABLE webhook_deliveries ADD COLUMN by_hand boolean NOT NULL DEFAULT false',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE webhook_deliveries DROP COLUMN by_hand');
  }
}
