import { afterCommit, Transactions } from '../../src/common/database/transactions';
import { DomainEvents } from '../../src/domain-events/domain-events';
import type { DomainEvent } from '../../src/domain-events/domain-event';
import type { Subscriber } from '../../src/domain-events/subscriber';
import { startApp, type TestApp } from '../support/app';
import { Listener } from '../support/listener';
import type { TestOrganization } from '../support/organization';
import { until } from '../support/until';

describe('A subscriber to domain events', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeEach(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterEach(() => app.close());

  const messages = () => app.database.query<{ type: string }>('SELECT type FROM outbox_messages');

  it('that does not exist has nothing written for it', async () => {
    await organization.issue(await organization.event());
    expect(await messages()).toEqual([]);
  });

  it('hears only the types that it asked for', async () => {
    const listener = new Listener(app, { types: ['contact.updated'] });
    await organization.issue(await organization.event());
    expect((await listener.events()).map(({ type }) => type)).toEqual(['contact.updated']);
    expect(await messages()).toEqual([]);
  });

  it('hears only of the organizations, and of them only the types, that it wants', async () => {
    const asked: string[][] = [];
    const listener = new Listener(app, {
      wants: (_, organizationIds) => {
        asked.push([...organizationIds]);
        return Promise.resolve((id, type) => id === organization.id && type !== 'contact.updated');
      },
    });
    const other = await app.organization();
    await other.issue(await other.event());
    expect(await messages()).toEqual([]);
    await organization.issue(await organization.event());
    const events = await listener.events();
    expect(events.map(({ type }) => type).sort()).toEqual(['attendee.created', 'event.created']);
    expect(asked).toEqual([[other.id], [other.id], [organization.id], [organization.id]]);
  });

  it('that wants nothing has nothing written for it', async () => {
    new Listener(app, { wants: () => Promise.resolve(null) });
    await organization.issue(await organization.event());
    expect(await messages()).toEqual([]);
  });

  it('that fails is told again, what it wrote is undone, and the others hear at once', async () => {
    let attempts = 0;
    const fail = async (
      { ids }: DomainEvent,
      manager: { query(sql: string, values: unknown[]): Promise<unknown> },
    ) => {
      await manager.query(
        `UPDATE events SET description = coalesce(description, '') || 'told' WHERE id = $1`,
        [ids[0]],
      );
      if (++attempts === 1) await manager.query('SELECT 1 / 0', []);
      if (attempts === 2) throw new Error('Not yet');
    };
    new Listener(app, { name: 'test.failing', types: ['event.created'], handle: fail });
    const listener = new Listener(app, { types: ['event.created'] });
    const { id } = await organization.event();
    expect((await listener.events()).map(({ ids }) => ids)).toEqual([[id]]);
    expect(attempts).toBe(3);
    const { body } = await organization.client.get(`/events/${id}`).expect(200);
    expect(body.description).toBe('told');
  });

  it('that fails is not called back for what was undone', async () => {
    const attempts: number[] = [];
    const committed: number[] = [];
    const handle: Subscriber['handle'] = (_, manager) => {
      const attempt = attempts.push(attempts.length + 1);
      afterCommit(manager, () => committed.push(attempt));
      return attempt === 1 ? Promise.reject(new Error('Not yet')) : Promise.resolve();
    };
    new Listener(app, { types: ['event.created'], handle });
    await organization.event();
    await until(() => committed.length > 0, 'Nothing was committed');
    expect([attempts, committed]).toEqual([[1, 2], [2]]);
  });

  it('hears nothing before the commit, and nothing of what is rolled back', async () => {
    const listener = new Listener(app);
    const events = app.nest.get(DomainEvents);
    const record = (id: string, end: () => Promise<void>) =>
      app.nest.get(Transactions).run(async (manager) => {
        const happening = { type: 'event.updated', organizationId: organization.id, ids: [id] } as const;
        await events.record(manager, { ...happening, occurredAt: new Date() });
        await end();
      });
    const undone = record('undone', () => Promise.reject(new Error('Rolled back')));
    await expect(undone).rejects.toThrow('Rolled back');
    expect(await listener.events()).toEqual([]);

    let commit = (): void => undefined;
    const held = new Promise<void>((resolve) => (commit = resolve));
    const done = record('done', () => held);
    // A message that is written later has gone its whole way before this one is committed.
    await organization.event();
    await until(async () => (await listener.events()).length === 1, 'The other event was not told');
    commit();
    await done;
    expect((await listener.events()).map(({ ids }) => ids)).toEqual([['done']]);
  });

  it('needs a name of its own', () => {
    new Listener(app);
    expect(() => new Listener(app)).toThrow('test.listener');
  });
});
