import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FindWebhooksByHand1764001710000 implements MigrationInterface {
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY IF NOT EXISTS webhook_deliveries_by_hand
      ON webhook_deliveries (organization_id, endpoint_id, next_attempt_at) WHERE status = 'pending' AND by_hand`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX webhook_deliveries_by_hand');
  }
}
