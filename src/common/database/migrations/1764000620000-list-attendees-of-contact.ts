import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tickets of a contact stand in the order in which they are listed. */
export class ListAttendeesOfContact1764000620000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX attendees_of_contact;
      CREATE INDEX attendees_of_contact ON attendees (organization_id, contact_id, created_at, id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX attendees_of_contact;
      CREATE INDEX attendees_of_contact ON attendees (organization_id, contact_id);
    `);
  }
}
