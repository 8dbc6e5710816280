import { Transactions } from '../../src/common/database/transactions';
import { ContactUpsert } from '../../src/contacts/contact-upsert';
import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';

describe('ContactUpsert', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  it('makes a contact whose address was taken, and given up again, while it looked', async () => {
    const upsert = app.nest.get(ContactUpsert);
    const organizationId = organization.id;
    const keys = ['anna@example.org', 'berta@example.org'].map((email) => ({ organizationId, email }));
    const writes = keys.map((key) => ({ ...key, fields: { firstName: 'Written' } }));
    let rival = '';

    const written = app.nest.get(Transactions).run(async (manager) => {
      const known = await upsert.lock(manager, keys);
      const { body } = await organization.client.post('/contacts', { email: 'anna@example.org' });
      rival = body.id;
      // The insert passes over anna@, which the rival has, and waits to learn what becomes of berta@.
      const release = await app.database.hold(
        `INSERT INTO contacts (organization_id, id, email) VALUES ('${organizationId}', 'other', 'berta@example.org')`,
      );
      const waiting = app.database.untilBlocked().then(async () => {
        await organization.client.delete(`/contacts/${rival}`).expect(200);
        await release();
      });
      const [upserted] = await Promise.all([upsert.write(manager, known, writes, new Date()), waiting]);
      return upserted;
    });

    const { cards, changed } = await written;
    expect(changed.map(({ id }) => id).sort()).toEqual(cards.map(({ id }) => id).sort());
    expect(cards.map(({ email, firstName }) => [email, firstName])).toEqual([
      ['anna@example.org', 'Written'],
      ['berta@example.org', 'Written'],
    ]);
    for (const { id, email } of cards) {
      const { body } = await organization.client.get(`/contacts/${id}`).expect(200);
      expect(body).toMatchObject({ email, first_name: 'Written' });
    }
    expect(cards.map(({ id }) => id)).not.toContain(rival);
  });
});
