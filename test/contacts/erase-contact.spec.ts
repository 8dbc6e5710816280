import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { MessageDelivery } from '../../src/notifications/message-delivery';
import { startApp, type TestApp } from '../support/app';
import { dump } from '../support/dump';
import { type TestEvent, ticketsFor, type TestOrganization } from '../support/organization';
import { startRedis } from '../support/redis';
import { until } from '../support/until';

const EMAIL = 'xenia.quagliarella@zyzzyva.example';
const PERSON = {
  email: EMAIL,
  first_name: 'Xenia',
  last_name: 'Quagliarella',
  phone_number: '+4915155512345',
};
/** What only the contact itself knows. */
const PROFILE = {
  job_title: 'Quokka keeper',
  company: 'Wombat Works',
  location: 'Oodnadatta',
  website: 'https://numbat.example',
  linkedin: 'in/bilby',
  instagram: '@potoroo',
  twitter: '@dunnart',
  github: 'https://github.com/bettong',
  birthday: '1934-05-06',
  tags: ['galah', 'Brolga'],
};
/** Whatever of the person must not be found afterwards. */
const TRACES = new RegExp(
  'xenia|quagliarella|zyzzyva|4915155512345|' +
    'quokka|wombat|oodnadatta|numbat|bilby|potoroo|dunnart|bettong|1934-05-06|galah|brolga|cassowary|kookaburra',
  'gi',
);

describe('DELETE /contacts/{contactId}', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  // Mail is recorded and stays in the outbox.
  beforeAll(async () => {
    app = await startApp({ WORKER: 'off' });
    organization = await app.organization();
    event = await organization.event();
  });
  afterAll(() => app.close());
  afterEach(() => app.expectNoDrift());

  const tracesOfPerson = async () => (await dump(app.database)).match(TRACES) ?? [];
  const findContact = async (email: string) => {
    const { body } = await organization.client.get(`/contacts?email=${email}`).expect(200);
    return body.data[0] as { id: string } | undefined;
  };
  const issue = (body: Record<string, unknown>, key?: string) =>
    organization.client.post(`/events/${event.id}/attendees`, ticketsFor(event, body), key);
  const attendee = async (id: string) => {
    const { body } = await organization.client.get(`/events/${event.id}/attendees/${id}`).expect(200);
    return body;
  };
  const erase = (contactId: string) => organization.client.delete(`/contacts/${contactId}`);

  it('leaves nothing of the person anywhere in the database, whatever path it came by', async () => {
    const { body: contact } = await organization.client
      .post('/contacts', { ...PERSON, ...PROFILE }, 'made')
      .expect(201);
    await organization.client.post('/contacts', PERSON, 'made again').expect(409);
    await organization.client
      .patch(`/contacts/${contact.id}`, { ...PROFILE, tags: ['cassowary'] })
      .expect(200);
    await organization.client
      .patch(`/contacts/${contact.id}`, { company: 'Kookaburra', tags: PROFILE.tags })
      .expect(200);
    await issue({ contact: PERSON, status: 'invited' }, 'invite').expect(201);
    const { body: issued } = await issue({ contact: PERSON, quantity: 2, send_email: true }, 'issue').expect(
      201,
    );
    await organization.client
      .patch(`/events/${event.id}/attendees/${issued.data[0].id}`, {
        status: 'pending_approval',
        notify_guest: true,
        custom_message: `Dear ${PERSON.first_name}, we write to ${EMAIL}`,
      })
      .expect(200);
    expect(await tracesOfPerson()).not.toEqual([]);

    const { body } = await erase(contact.id).expect(200);

    expect(body).toEqual({ deleted: true, id: contact.id });
    expect(await tracesOfPerson()).toEqual([]);
  });

  it('answers 404 from then on', async () => {
    const { body: contact } = await organization.client.post('/contacts', PERSON).expect(201);
    await erase(contact.id).expect(200);

    const { body } = await organization.client.get(`/contacts/${contact.id}`).expect(404);
    expect(body).toMatchObject({ code: 'contact_not_found', error: 'Contact not found' });
    await erase(contact.id).expect(404);
    expect(await findContact(EMAIL)).toBeUndefined();
    const { body: list } = await organization.client.get('/contacts?page_size=200').expect(200);
    expect(list.data.map(({ id }: { id: string }) => id)).not.toContain(contact.id);
  });

  it('leaves tickets as anonymous seats', async () => {
    const { body: issued } = await issue({ contact: PERSON }).expect(201);
    const before = issued.data[0];
    const { body: counts } = await organization.client.get(`/events/${event.id}`).expect(200);

    await erase(before.contact_id).expect(200);

    const after = await attendee(before.id);
    expect(after).toEqual({
      ...before,
      first_name: null,
      last_name: null,
      email: null,
      updated_at: after.updated_at,
    });
    expect(Date.parse(after.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
    const { body: seats } = await organization.client.get(`/events/${event.id}`).expect(200);
    expect(seats.tickets_sold).toBe(counts.tickets_sold);
  });

  it('frees the e-mail address for a new contact, which is nobody known', async () => {
    const { body: first } = await issue({ contact: PERSON, status: 'invited' }).expect(201);
    const [invited] = first.data;
    await erase(invited.contact_id).expect(200);

    const { body: second } = await issue({ contact: { email: EMAIL } }).expect(201);

    expect(second).toMatchObject({ quantity: 1, upgraded_quantity: 0 });
    expect(second.data[0]).toMatchObject({ email: EMAIL, first_name: null, last_name: null });
    expect(second.data[0].contact_id).not.toBe(invited.contact_id);
    expect(await attendee(invited.id)).toMatchObject({ status: 'invited', email: null });
    await erase(second.data[0].contact_id).expect(200);
  });

  it('forgets the answer to a request, but not that it was executed', async () => {
    const { body: issued } = await issue({ contact: PERSON }, 'forgotten').expect(201);
    await erase(issued.data[0].contact_id).expect(200);

    const answers = [
      await issue({ contact: PERSON }, 'forgotten'),
      await issue({ contact: PERSON, quantity: 2 }, 'forgotten'),
    ];

    for (const { status, body, headers } of answers) {
      expect(status).toBe(410);
      expect(body.code).toBe('answer_erased');
      expect(headers).not.toHaveProperty('idempotent-replay');
    }
    expect(await findContact(EMAIL)).toBeUndefined();
  });

  it('forgets the answer of POST /contacts as well', async () => {
    const { body: contact } = await organization.client.post('/contacts', PERSON, 'contact').expect(201);
    await erase(contact.id).expect(200);
    const { body } = await organization.client.post('/contacts', PERSON, 'contact').expect(410);
    expect(body.code).toBe('answer_erased');
  });

  it('leaves the answers about others as they are, byte for byte', async () => {
    const other = { contact: { email: 'grace@example.org', first_name: 'Grace' } };
    const { text } = await issue(other, 'about another').expect(201);
    const { body: issued } = await issue({ contact: PERSON }).expect(201);
    await erase(issued.data[0].contact_id).expect(200);

    const replay = await issue(other, 'about another').expect(201);
    expect(replay.text).toBe(text);
    expect(replay.headers).toHaveProperty('idempotent-replay', 'true');
  });

  it('sends no mail that still waits', async () => {
    const { body: issued } = await issue({ contact: PERSON, send_email: true }).expect(201);
    await erase(issued.data[0].contact_id).expect(200);

    const messages = await app.database.query<{ id: string }>(
      `SELECT id FROM outbox_messages WHERE payload ->> 'payment_id' = $1`,
      [issued.payment_id],
    );
    expect(messages).toHaveLength(1);
    await app.nest.get(MessageDelivery).deliver({ organizationId: organization.id, id: messages[0]!.id });

    expect(await readdir(join(app.dataDir, 'mail')).catch(() => [])).toEqual([]);
    const [message] = await app.database.query('SELECT * FROM outbox_messages WHERE id = $1', [
      messages[0]!.id,
    ]);
    expect(message).toMatchObject({ delivered_at: null, failed_at: expect.any(Date), attempts: 1 });
  });

  it('needs the contact to be of the organization', async () => {
    const { body: contact } = await organization.client.post('/contacts', PERSON).expect(201);
    const stranger = await app.organization();
    await stranger.client.delete(`/contacts/${contact.id}`).expect(404);
    await organization.client.get(`/contacts/${contact.id}`).expect(200);
    await erase(contact.id).expect(200);
  });

  it('erases once, however many ask at once', async () => {
    const { body: contact } = await organization.client.post('/contacts', PERSON).expect(201);
    const answers = await Promise.all(Array.from({ length: 6 }, () => erase(contact.id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(5).fill(404)]);
  });

  it('leaves nothing behind when tickets are issued at the same time', async () => {
    for (let round = 0; round < 8; round++) {
      const { body: issued } = await issue({ contact: PERSON, quantity: 2 }).expect(201);
      const [ticket] = issued.data;
      const [erasure, ...others] = await Promise.all([
        erase(ticket.contact_id),
        ...Array.from({ length: 4 }, (_, index) =>
          issue({ contact: PERSON, send_email: true }, `round ${round} request ${index}`),
        ),
      ]);
      expect(erasure.status).toBe(200);
      expect(others.map(({ status }) => status)).toEqual([201, 201, 201, 201]);

      // Whoever got tickets after the erasure is a new contact.
      const newcomer = await findContact(EMAIL);
      if (newcomer) await erase(newcomer.id).expect(200);
      expect({ round, traces: await tracesOfPerson() }).toEqual({ round, traces: [] });
    }
  });

  it('waits for a message that is being written, and removes it', async () => {
    const { body: issued } = await issue({ contact: PERSON }).expect(201);
    const [ticket] = issued.data;
    const release = await app.database.hold('LOCK TABLE attendee_status_changes IN EXCLUSIVE MODE');
    const message = organization.client
      .patch(`/events/${event.id}/attendees/${ticket.id}`, {
        status: 'checked_in',
        custom_message: `Welcome ${PERSON.first_name}`,
      })
      .expect(200)
      .then();
    await app.database.untilBlocked();
    const erasure = erase(ticket.contact_id).expect(200).then();
    await app.database.untilBlocked(2);
    await release();

    await Promise.all([message, erasure]);
    expect(await tracesOfPerson()).toEqual([]);
  });

  it('puts nothing of the person into Redis', async () => {
    const redis = await startRedis();
    const queueing = await startApp({ WORKER: 'off', REDIS_URL: redis.url });
    const client = new Redis(redis.url);
    try {
      const host = await queueing.organization();
      await host.issue(await host.event(), { contact: PERSON, send_email: true });
      await until(async () => (await client.keys('*:msg_*')).length > 0, 'No job was queued');
      expect(await dumpRedis(client)).not.toMatch(TRACES);
    } finally {
      client.disconnect();
      await queueing.close();
      await redis.close();
    }
  });
});

async function dumpRedis(client: Redis): Promise<string> {
  const keys = await client.keys('*');
  const values = await Promise.all(
    keys.map(async (key) => ((await client.type(key)) === 'hash' ? client.hgetall(key) : null)),
  );
  return JSON.stringify([keys, values]);
}
