import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSchema1764000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE organizations (
        id text COLLATE "C" NOT NULL,
        name text NOT NULL,
        currency char(3) NOT NULL DEFAULT 'USD',
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT organizations_pkey PRIMARY KEY (id)
      );

      CREATE TABLE contacts (
        organization_id text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        email text COLLATE "C" NOT NULL,
        first_name text,
        last_name text,
        phone_number text,
        job_title text,
        company text,
        location text,
        website text,
        linkedin text,
        instagram text,
        twitter text,
        github text,
        birthday date,
        tags text[] NOT NULL DEFAULT '{}',
        status text COLLATE "C" NOT NULL DEFAULT 'active',
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT contacts_email_unique UNIQUE (organization_id, email),
        CONSTRAINT contacts_pkey PRIMARY KEY (organization_id, id)
      );

      CREATE INDEX contacts_newest_first ON contacts (organization_id, created_at, id);

      CREATE TABLE events (
        organization_id text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        name text NOT NULL,
        description text,
        status text COLLATE "C" NOT NULL DEFAULT 'active',
        registration_status text COLLATE "C" NOT NULL DEFAULT 'open',
        currency char(3) NOT NULL,
        capacity integer NOT NULL DEFAULT 0,
        tickets_sold integer NOT NULL DEFAULT 0,
        tickets_pending integer NOT NULL DEFAULT 0,
        starts_at timestamptz NOT NULL,
        start_timezone text NOT NULL,
        ends_at timestamptz,
        end_timezone text,
        venue jsonb,
        online_url text,
        require_approval boolean NOT NULL DEFAULT false,
        hidden boolean NOT NULL DEFAULT false,
        cover_image text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT events_capacity_not_negative CHECK (capacity >= 0),
        CONSTRAINT events_counters_not_negative CHECK (
          tickets_sold >= 0
          AND tickets_pending >= 0
        ),
        CONSTRAINT events_pkey PRIMARY KEY (organization_id, id)
      );

      CREATE INDEX events_newest_first ON events (organization_id, created_at, id);

      CREATE TABLE ticket_classes (
        organization_id text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        name text NOT NULL,
        description text,
        status text COLLATE "C" NOT NULL DEFAULT 'active',
        cost numeric(15, 3) NOT NULL DEFAULT 0,
        quantity_total integer NOT NULL DEFAULT 0,
        quantity_sold integer NOT NULL DEFAULT 0,
        quantity_pending integer NOT NULL DEFAULT 0,
        sales_start timestamptz,
        sales_end timestamptz,
        minimum_per_order integer NOT NULL DEFAULT 1,
        maximum_per_order integer,
        require_approval boolean NOT NULL DEFAULT false,
        hide_on_event_page boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT ticket_classes_of_event UNIQUE (organization_id, event_id, id),
        CONSTRAINT ticket_classes_counters_not_negative CHECK (
          quantity_sold >= 0
          AND quantity_pending >= 0
        ),
        CONSTRAINT ticket_classes_never_oversold CHECK (
          quantity_total = 0
          OR quantity_sold + quantity_pending <= quantity_total
        ),
        CONSTRAINT ticket_classes_pkey PRIMARY KEY (organization_id, id)
      );

      CREATE UNIQUE INDEX ticket_classes_active_name_unique ON ticket_classes (organization_id, event_id, name)
      WHERE status = 'active';

      CREATE TABLE payments (
        organization_id text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        token text COLLATE "C" NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT payments_pkey PRIMARY KEY (organization_id, id)
      );

      CREATE INDEX payments_of_contact ON payments (organization_id, contact_id);

      CREATE INDEX payments_of_event ON payments (organization_id, event_id);

      CREATE INDEX payments_newest_first ON payments (organization_id, created_at, id);

      CREATE UNIQUE INDEX payments_token_unique ON payments (token);

      CREATE TABLE attendees (
        organization_id text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        ticket_class_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        payment_id text COLLATE "C" NOT NULL,
        status text COLLATE "C" NOT NULL,
        payment_method text COLLATE "C" NOT NULL,
        barcode text COLLATE "C" NOT NULL,
        checked_in_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT attendees_pkey PRIMARY KEY (organization_id, id)
      );

      CREATE UNIQUE INDEX attendees_barcode_unique ON attendees (organization_id, barcode);

      CREATE INDEX attendees_of_payment ON attendees (organization_id, payment_id);

      CREATE INDEX attendees_of_contact ON attendees (organization_id, contact_id);

      CREATE INDEX attendees_newest_first ON attendees (organization_id, event_id, created_at, id);

      CREATE TABLE attendee_status_changes (
        organization_id text COLLATE "C" NOT NULL,
        attendee_id text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        from_status text COLLATE "C" NOT NULL,
        to_status text COLLATE "C" NOT NULL,
        api_key_id text COLLATE "C" NOT NULL,
        custom_message text,
        created_at timestamptz NOT NULL,
        CONSTRAINT attendee_status_changes_pkey PRIMARY KEY (organization_id, attendee_id, id)
      );

      CREATE TABLE idempotency_records (
        organization_id text COLLATE "C" NOT NULL,
        api_key_id text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        fingerprint text COLLATE "C" NOT NULL,
        status smallint NOT NULL,
        body text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT idempotency_records_pkey PRIMARY KEY (organization_id, api_key_id, key)
      );

      CREATE INDEX idempotency_records_expires_at ON idempotency_records (expires_at);

      CREATE TABLE outbox_messages (
        organization_id text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        type text COLLATE "C" NOT NULL,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        available_at timestamptz NOT NULL DEFAULT now(),
        attempts integer NOT NULL DEFAULT 0,
        last_error text,
        delivered_at timestamptz,
        failed_at timestamptz,
        CONSTRAINT outbox_messages_pkey PRIMARY KEY (organization_id, id)
      );

      CREATE INDEX outbox_messages_open ON outbox_messages (available_at)
      WHERE delivered_at IS NULL
        AND failed_at IS NULL;

      CREATE TABLE api_keys (
        organization_id text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        name text NOT NULL,
        key_hash text COLLATE "C" NOT NULL,
        key_prefix text NOT NULL,
        scopes text[] NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT api_keys_pkey PRIMARY KEY (organization_id, id)
      );

      CREATE UNIQUE INDEX api_keys_key_hash_unique ON api_keys (key_hash);

      ALTER TABLE events
        ADD CONSTRAINT events_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id);

      ALTER TABLE ticket_classes
        ADD CONSTRAINT ticket_classes_event_fkey FOREIGN KEY (organization_id, event_id) REFERENCES events (organization_id, id);

      ALTER TABLE payments
        ADD CONSTRAINT payments_event_fkey FOREIGN KEY (organization_id, event_id) REFERENCES events (organization_id, id);

      ALTER TABLE payments
        ADD CONSTRAINT payments_contact_fkey FOREIGN KEY (organization_id, contact_id) REFERENCES contacts (organization_id, id);

      ALTER TABLE attendees
        ADD CONSTRAINT attendees_ticket_class_fkey FOREIGN KEY (organization_id, event_id, ticket_class_id) REFERENCES ticket_classes (organization_id, event_id, id);

      ALTER TABLE attendees
        ADD CONSTRAINT attendees_contact_fkey FOREIGN KEY (organization_id, contact_id) REFERENCES contacts (organization_id, id);

      ALTER TABLE attendees
        ADD CONSTRAINT attendees_payment_fkey FOREIGN KEY (organization_id, payment_id) REFERENCES payments (organization_id, id);

      ALTER TABLE attendee_status_changes
        ADD CONSTRAINT attendee_status_changes_attendee_fkey FOREIGN KEY (organization_id, attendee_id) REFERENCES attendees (organization_id, id);

      ALTER TABLE api_keys
        ADD CONSTRAINT api_keys_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id);

      -- A CHECK cannot do this: a capacity may be set below what is held already, and then seats may still be freed.
      CREATE FUNCTION refuse_oversold_event() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'event % is never oversold', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'events_never_oversold', TABLE = 'events';
      END
      $$;

      CREATE TRIGGER events_never_oversold BEFORE UPDATE ON events FOR EACH ROW
      WHEN (
        NEW.capacity > 0
        AND NEW.tickets_sold + NEW.tickets_pending > NEW.capacity
        AND NEW.tickets_sold + NEW.tickets_pending > OLD.tickets_sold + OLD.tickets_pending
      )
      EXECUTE FUNCTION refuse_oversold_event();

      -- Every sale updates these rows and no indexed column of them: room on the page keeps the updates in place (HOT).
      ALTER TABLE events SET (fillfactor = 50);
      ALTER TABLE ticket_classes SET (fillfactor = 50);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE outbox_messages, idempotency_records, attendee_status_changes, attendees, payments, ticket_classes,
        events, contacts, api_keys, organizations;
      DROP FUNCTION refuse_oversold_event;
    `);
  }
}
