import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EraseContacts1764000510000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE contacts ALTER COLUMN email DROP NOT NULL;

      ALTER TABLE contacts ADD CONSTRAINT contacts_erased_entirely CHECK (
        email IS NOT NULL
        OR num_nonnulls(first_name, last_name, phone_number, job_title, company, location, website, linkedin,
          instagram, twitter, github, birthday) + cardinality(tags) = 0
      );

      ALTER TABLE idempotency_records ALTER COLUMN body DROP NOT NULL;

      ALTER TABLE idempotency_records ADD COLUMN contact_ids text[] COLLATE "C" NOT NULL DEFAULT '{}';

      CREATE INDEX idempotency_records_of_contact ON idempotency_records USING gin (contact_ids)
      WHERE contact_ids <> '{}';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX idempotency_records_of_contact;
      ALTER TABLE idempotency_records DROP COLUMN contact_ids;
      DELETE FROM idempotency_records WHERE body IS NULL;
      ALTER TABLE idempotency_records ALTER COLUMN body SET NOT NULL;
      ALTER TABLE contacts DROP CONSTRAINT contacts_erased_entirely;
      UPDATE contacts SET email = id || '@erased.invalid' WHERE email IS NULL;
      ALTER TABLE contacts ALTER COLUMN email SET NOT NULL;
    `);
  }
}
