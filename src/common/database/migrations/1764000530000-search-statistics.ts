import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whether one in a hundred contacts or one in ten thousand matches a search decides how it is best found, and the usual
 * hundred samples cannot tell these two apart.
 */
export class SearchStatistics1764000530000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER INDEX contacts_search ALTER COLUMN 2 SET STATISTICS 300`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER INDEX contacts_search ALTER COLUMN 2 SET STATISTICS -1`);
  }
}
