import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The payments of an event or a contact stand in the order in which they are listed. */
export class ListPayments1764000700000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX payments_of_event, payments_of_contact;
      CREATE INDEX payments_of_event ON payments (organization_id, event_id, created_at, id);
      CREATE INDEX payments_of_contact ON payments (organization_id, contact_id, created_at, id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX payments_of_event, payments_of_contact;
      CREATE INDEX payments_of_event ON payments (organization_id, event_id);
      CREATE INDEX payments_of_contact ON payments (organization_id, contact_id);
    `);
  }
}
