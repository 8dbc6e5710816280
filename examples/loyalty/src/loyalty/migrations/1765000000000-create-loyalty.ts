import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateLoyalty1765000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE loyalty_accounts (
        organization_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        points integer NOT NULL,
        CONSTRAINT loyalty_accounts_pkey PRIMARY KEY (organization_id, contact_id),
        CONSTRAINT loyalty_accounts_contact_fkey FOREIGN KEY (organization_id, contact_id) REFERENCES contacts,
        CONSTRAINT loyalty_accounts_never_overdrawn CHECK (points >= 0)
      );

      CREATE TABLE loyalty_entries (
        organization_id text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        attendee_id text COLLATE "C",
        points integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT loyalty_entries_pkey PRIMARY KEY (organization_id, id),
        CONSTRAINT loyalty_entries_contact_fkey FOREIGN KEY (organization_id, contact_id) REFERENCES contacts,
        CONSTRAINT loyalty_entries_once_for_each_ticket UNIQUE (organization_id, attendee_id)
      );

      CREATE INDEX loyalty_entries_newest_first ON loyalty_entries (organization_id, contact_id, created_at, id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE loyalty_entries, loyalty_accounts`);
  }
}
