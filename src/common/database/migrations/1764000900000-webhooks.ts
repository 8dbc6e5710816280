import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Webhooks1764000900000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE webhook_endpoints (
        organization_id text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        url text NOT NULL,
        description text,
        types text[] COLLATE "C",
        secret text NOT NULL,
        previous_secret text,
        previous_secret_expires_at timestamptz,
        failing_since timestamptz,
        disabled_at timestamptz,
        disabled_reason text COLLATE "C",
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (organization_id, id),
        CONSTRAINT webhook_endpoints_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT webhook_endpoints_disabled_for_a_reason
          CHECK (num_nulls(disabled_at, disabled_reason) IN (0, 2))
      );

      CREATE TABLE webhook_deliveries (
        organization_id text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        endpoint_id text COLLATE "C" NOT NULL,
        type text COLLATE "C" NOT NULL,
        payload text NOT NULL,
        contact_id text COLLATE "C",
        status text COLLATE "C" NOT NULL DEFAULT 'pending',
        failures integer NOT NULL DEFAULT 0,
        attempts jsonb NOT NULL DEFAULT '[]',
        next_attempt_at timestamptz DEFAULT now(),
        leased_until timestamptz,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (organization_id, id)
      );

      CREATE INDEX webhook_deliveries_due ON webhook_deliveries (organization_id, endpoint_id, next_attempt_at)
      WHERE status = 'pending';
      CREATE INDEX webhook_deliveries_leased ON webhook_deliveries (organization_id, endpoint_id, leased_until)
      WHERE leased_until IS NOT NULL;
      CREATE INDEX webhook_deliveries_newest_first
      ON webhook_deliveries (organization_id, endpoint_id, created_at, id);
      CREATE INDEX webhook_deliveries_of_status
      ON webhook_deliveries (organization_id, endpoint_id, status, created_at, id);
      CREATE INDEX webhook_deliveries_of_contact ON webhook_deliveries (organization_id, contact_id)
      WHERE contact_id IS NOT NULL;
      CREATE INDEX webhook_deliveries_created_at ON webhook_deliveries (created_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE webhook_deliveries, webhook_endpoints`);
  }
}
