import { startApp, type TestApp } from '../support/app';

describe('An import of good rows', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('may take longer than a transaction may idle', async () => {
    const organization = await app.organization();
    const event = await organization.event();
    await app.database.query(`
      CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(11); RETURN NULL; END $$;
      CREATE TRIGGER dawdle AFTER INSERT ON attendees FOR EACH STATEMENT EXECUTE FUNCTION dawdle()`);
    const path = `/events/${event.id}/attendees/import?mode=good&ticket_class_id=${event.ticketClass.id}`;
    await organization.client.upload(path, 'email\nada@example.org\n').expect(200);
    expect(await organization.attendees(event)).toHaveLength(1);
  });
});
