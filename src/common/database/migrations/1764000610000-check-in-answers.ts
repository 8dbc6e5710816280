import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CheckInAnswers1764000610000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE check_in_answers (
        organization_id text COLLATE "C" NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        nonce text COLLATE "C" NOT NULL,
        ticket text COLLATE "C" NOT NULL,
        status smallint,
        body text,
        contact_id text COLLATE "C",
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT check_in_answers_pkey PRIMARY KEY (organization_id, event_id, nonce)
      );

      CREATE INDEX check_in_answers_of_contact ON check_in_answers (organization_id, contact_id)
      WHERE contact_id IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE check_in_answers`);
  }
}
