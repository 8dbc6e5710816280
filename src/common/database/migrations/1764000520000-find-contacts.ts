import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FindContacts1764000520000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE contacts
        ALTER COLUMN created_at TYPE timestamptz(3),
        ALTER COLUMN updated_at TYPE timestamptz(3);

      CREATE INDEX contacts_changes ON contacts (organization_id, updated_at, id);

      -- Trusted: whoever may create in the database may add them.
      CREATE EXTENSION IF NOT EXISTS pg_trgm;
      CREATE EXTENSION IF NOT EXISTS btree_gin;

      -- With the organization, so that a search reads no more for the contacts that others have. New contacts are gathered
      -- and indexed together, which costs a tenth; not too many at once, because the sale that is their turn waits for it.
      CREATE INDEX contacts_search ON contacts USING gin (
        organization_id,
        (lower(' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '')) || ' ' || email) gin_trgm_ops
      ) WITH (gin_pending_list_limit = 512);

      CREATE INDEX contacts_tagged ON contacts USING gin (organization_id, tags)
      WHERE tags <> '{}';

      CREATE TABLE contact_counts (
        organization_id text COLLATE "C" NOT NULL,
        id uuid NOT NULL,
        contacts integer NOT NULL,
        CONSTRAINT contact_counts_pkey PRIMARY KEY (organization_id, id)
      ) WITH (fillfactor = 50);

      INSERT INTO contact_counts
      SELECT organization_id, gen_random_uuid(), count(*) FROM contacts WHERE email IS NOT NULL GROUP BY organization_id;

      -- Takes any row that nobody holds and adds one when all are held, so that no transaction waits for another.
      CREATE FUNCTION add_to_contact_count(organization text, difference integer) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        free uuid;
      BEGIN
        SELECT id INTO free FROM contact_counts WHERE organization_id = organization
        LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
        IF FOUND THEN
          UPDATE contact_counts SET contacts = contacts + difference
          WHERE organization_id = organization AND id = free;
        ELSE
          INSERT INTO contact_counts VALUES (organization, gen_random_uuid(), difference);
        END IF;
      END
      $$;

      CREATE FUNCTION count_added_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM add_to_contact_count(organization_id, count(*)::integer) FROM added WHERE email IS NOT NULL
        GROUP BY organization_id;
        RETURN NULL;
      END
      $$;

      CREATE FUNCTION count_removed_contact() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM add_to_contact_count(OLD.organization_id, -1);
        RETURN NULL;
      END
      $$;

      CREATE TRIGGER contacts_added_count AFTER INSERT ON contacts REFERENCING NEW TABLE AS added
      FOR EACH STATEMENT EXECUTE FUNCTION count_added_contacts();

      CREATE TRIGGER contacts_erased_count AFTER UPDATE OF email ON contacts
      FOR EACH ROW WHEN (OLD.email IS NOT NULL AND NEW.email IS NULL) EXECUTE FUNCTION count_removed_contact();

      CREATE TRIGGER contacts_deleted_count AFTER DELETE ON contacts
      FOR EACH ROW WHEN (OLD.email IS NOT NULL) EXECUTE FUNCTION count_removed_contact();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER contacts_deleted_count ON contacts;
      DROP TRIGGER contacts_erased_count ON contacts;
      DROP TRIGGER contacts_added_count ON contacts;
      DROP FUNCTION count_removed_contact, count_added_contacts, add_to_contact_count;
      DROP TABLE contact_counts;
      DROP INDEX contacts_tagged, contacts_search, contacts_changes;
      ALTER TABLE contacts
        ALTER COLUMN updated_at TYPE timestamptz,
        ALTER COLUMN created_at TYPE timestamptz;
    `);
  }
}
