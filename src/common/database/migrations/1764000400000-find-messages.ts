import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FindMessages1764000400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX outbox_messages_of_payment ON outbox_messages (organization_id, (payload ->> 'payment_id'))
      WHERE payload ->> 'payment_id' IS NOT NULL;

      CREATE INDEX outbox_messages_failed ON outbox_messages (failed_at)
      WHERE failed_at IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX outbox_messages_failed, outbox_messages_of_payment`);
  }
}
