import Bull from 'bull';
import { Redis } from 'ioredis';
import { databaseOfWorker } from './given-redis';
import { startRedis, type TestRedis } from './redis';

describe('A Redis that the tests are given', () => {
  let server: TestRedis;
  let clients: Redis[];

  beforeEach(async () => {
    server = await startRedis();
    clients = [];
  });
  afterEach(async () => {
    clients.forEach((client) => client.disconnect());
    await server.close();
  });

  function open(url: string): Redis {
    const client = new Redis(url);
    clients.push(client);
    return client;
  }

  function database(number: number): string {
    return Object.assign(new URL(server.url), { pathname: `/${number}` }).href;
  }

  it('loses what is in the database of its URL, whenever the way to it is cut, and nothing else', async () => {
    const own = Number(new URL(server.url).pathname.slice(1));
    const [emptied, kept] = [open(database(own)), open(database(own === 0 ? 1 : 0))];
    const key = `usher-test-${process.pid}`;
    await Promise.all([emptied.set('key', 'old'), kept.set(key, 'untouched', 'EX', 60)]);
    const given = await startRedis({ url: server.url });
    expect(await emptied.dbsize()).toBe(0);

    const client = open(given.url);
    await client.set('key', 'new');
    expect(await emptied.get('key')).toBe('new');
    client.disconnect();
    await given.stop();
    expect(await emptied.dbsize()).toBe(0);
    expect(await kept.getdel(key)).toBe('untouched');
  });

  it('keeps everything when it has no such database', async () => {
    const client = open(server.url);
    await client.set('key', 'untouched');
    await expect(startRedis({ url: database(100_000) })).rejects.toThrow(
      /^Database 100000 of the Redis in REDIS_URL cannot be emptied: ERR .*out of range/,
    );
    expect(await client.get('key')).toBe('untouched');
  });

  it('gives each worker of Jest a database of its own, from the given one on', () => {
    const given = 'redis://tester:secret@redis.example.org:6380/5';
    expect(databaseOfWorker(given, 1)).toBe(given);
    expect(databaseOfWorker(given, 2)).toBe('redis://tester:secret@redis.example.org:6380/6');
    expect(databaseOfWorker('redis://redis.example.org', 2)).toBe('redis://redis.example.org/1');
  });

  it('refuses what Bull writes while it is full, as one does that is not given', async () => {
    const given = await startRedis({ url: server.url });
    for (const redis of [given, server]) {
      const queue = new Bull('full', redis.url);
      await redis.fill();
      await expect(queue.add({})).rejects.toThrow();
      await redis.drain();
      expect(await queue.add({})).toMatchObject({ id: expect.any(String) as string });
      await queue.close();
    }
    await given.close();
  });
});
