import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers that were stored before it was noted whom they speak of: erasing a contact must find these, too. */
export class NameContactsOfStoredAnswers1764000800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE idempotency_records
      SET contact_ids = ARRAY(
        SELECT DISTINCT found[1] FROM regexp_matches(body, 'con_[0-7][0-9a-hjkmnp-tv-z]{25}', 'g') AS found
      )
      WHERE contact_ids = '{}' AND body LIKE '%con\\_%'
    `);
  }

  async down(): Promise<void> {
    // Whom an answer speaks of stays true.
  }
}
