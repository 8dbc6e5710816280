import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NoteRotatedApiKeys1764000500000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE api_keys ADD COLUMN replaced_by_id text COLLATE "C"`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE api_keys DROP COLUMN replaced_by_id`);
  }
}
