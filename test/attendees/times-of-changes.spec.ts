import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';

/** Of two versions of a thing the one with the later `updated_at` is the newer: whoever has to wait writes a later time. */
describe('updated_at after waiting', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
  });
  beforeEach(async () => {
    organization = await app.organization();
    event = await organization.event();
  });
  afterAll(() => app.close());

  /** Sends a request that waits for a row, and returns a time at which it waited. */
  async function held(table: string, id: string, send: () => PromiseLike<unknown>): Promise<number> {
    const release = await app.database.hold(`SELECT FROM ${table} WHERE id = $1 FOR UPDATE`, [id]);
    const answer = Promise.resolve(send());
    await app.database.untilBlocked();
    const [row] = await app.database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    await release();
    await answer;
    return row!.now.getTime();
  }

  it('for a contact is later than the wait, when a ticket changes it', async () => {
    const { contact_id } = await organization.issueOne(event);
    const contact = { email: 'ada@example.org', first_name: 'Ada' };
    const waited = await held('contacts', contact_id, () => organization.issue(event, { contact }));
    const { body } = await organization.client.get(`/contacts/${contact_id}`).expect(200);
    expect(body.first_name).toBe('Ada');
    expect(Date.parse(body.updated_at)).toBeGreaterThanOrEqual(waited);
  });

  it('for a ticket is later than the wait, when its contact is erased', async () => {
    const { id, contact_id } = await organization.issueOne(event);
    const erase = () => organization.client.delete(`/contacts/${contact_id}`).expect(200);
    const waited = await held('attendees', id, erase);
    const { email, updated_at } = await organization.attendee(event, id);
    expect(email).toBeNull();
    expect(Date.parse(updated_at)).toBeGreaterThanOrEqual(waited);
  });
});
