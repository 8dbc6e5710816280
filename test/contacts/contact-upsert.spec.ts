import { Transactions, withCommit } from '../../src/common/database/transactions';
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

  const taking = (...names: string[]) => {
    const keys = names.map((name) => ({ organizationId: organization.id, email: `${name}@example.org` }));
    return { keys, writes: keys.map((key) => ({ ...key, fields: { firstName: 'Written' } })) };
  };

  it('begins anew when an address that was free has been taken meanwhile, and writes to the contact that has it', async () => {
    const upsert = app.nest.get(ContactUpsert);
    const { keys, writes } = taking('anna', 'berta');
    const found: number[] = [];

    const { cards, changed } = await app.nest.get(Transactions).run(async (manager) => {
      const known = await upsert.lock(manager, keys);
      found.push(known.size);
      if (found.length === 1) {
        await organization.client
          .post('/contacts', { email: 'anna@example.org', last_name: 'Rival' })
          .expect(201);
      }
      const upserted = upsert.write(manager, known, writes, new Date());
      withCommit(manager, upserted.sent);
      return upserted;
    });

    expect(found).toEqual([0, 1]);
    expect(changed.map(({ id }) => id).sort()).toEqual(cards.map(({ id }) => id).sort());
    const names = cards.map(({ email, firstName, lastName }) => [email, firstName, lastName]);
    expect(names).toEqual([
      ['anna@example.org', 'Written', 'Rival'],
      ['berta@example.org', 'Written', null],
    ]);
    for (const { id, email } of cards) {
      const { body } = await organization.client.get(`/contacts/${id}`).expect(200);
      expect(body).toMatchObject({ email, first_name: 'Written' });
    }
  });

  it('waits for somebody who is taking an address, and has it when that comes to nothing', async () => {
    const upsert = app.nest.get(ContactUpsert);
    const { keys, writes } = taking('carla');
    let attempts = 0;

    const { cards } = await app.nest.get(Transactions).run(async (manager) => {
      attempts++;
      const known = await upsert.lock(manager, keys);
      const release = await app.database.hold(
        `INSERT INTO contacts (organization_id, id, email) VALUES ('${organization.id}', 'other', 'carla@example.org')`,
      );
      const upserted = upsert.write(manager, known, writes, new Date());
      await Promise.all([upserted.sent, app.database.untilBlocked().then(() => release())]);
      return upserted;
    });

    expect(attempts).toBe(1);
    await organization.client.get(`/contacts/${cards[0]!.id}`).expect(200);
  });
});
