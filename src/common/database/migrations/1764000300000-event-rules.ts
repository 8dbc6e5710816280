import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules of events and ticket classes, and the indexes of the event list. */
export class EventRules1764000300000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE events
        ADD CONSTRAINT events_end_after_start CHECK (ends_at > starts_at);

      ALTER TABLE ticket_classes
        ADD CONSTRAINT ticket_classes_deleted_without_sold_tickets CHECK (status <> 'deleted' OR quantity_sold = 0),
        ADD CONSTRAINT ticket_classes_sales_end_after_start CHECK (sales_end > sales_start),
        ADD CONSTRAINT ticket_classes_minimum_not_above_maximum CHECK (minimum_per_order <= maximum_per_order);

      CREATE INDEX events_of_status_newest_first ON events (organization_id, status, created_at, id);
      CREATE INDEX events_of_status_by_start ON events (organization_id, status, starts_at);

      -- Trusted: whoever may create in the database may add it.
      CREATE EXTENSION IF NOT EXISTS pg_trgm;
      CREATE INDEX events_name_search ON events USING gin (name gin_trgm_ops);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX events_name_search, events_of_status_by_start, events_of_status_newest_first;

      ALTER TABLE ticket_classes
        DROP CONSTRAINT ticket_classes_deleted_without_sold_tickets,
        DROP CONSTRAINT ticket_classes_sales_end_after_start,
        DROP CONSTRAINT ticket_classes_minimum_not_above_maximum;

      ALTER TABLE events DROP CONSTRAINT events_end_after_start;
    `);
  }
}
