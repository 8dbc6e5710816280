import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ListAttendees1764000600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE attendees
        ALTER COLUMN created_at TYPE timestamptz(3),
        ALTER COLUMN updated_at TYPE timestamptz(3);

      DROP INDEX attendees_newest_first;

      CREATE INDEX attendees_of_event ON attendees (organization_id, event_id, status, created_at, id);

      CREATE INDEX attendees_of_ticket_class ON attendees (organization_id, ticket_class_id, status, created_at, id);

      CREATE INDEX attendees_changes ON attendees (organization_id, event_id, updated_at, id);

      CREATE INDEX attendees_check_ins ON attendees (organization_id, event_id, checked_in_at)
      WHERE status = 'checked_in';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX attendees_check_ins;

      DROP INDEX attendees_changes;

      DROP INDEX attendees_of_ticket_class;

      DROP INDEX attendees_of_event;

      CREATE INDEX attendees_newest_first ON attendees (organization_id, event_id, created_at, id);

      ALTER TABLE attendees
        ALTER COLUMN updated_at TYPE timestamptz,
        ALTER COLUMN created_at TYPE timestamptz;
    `);
  }
}
