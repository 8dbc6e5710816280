import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, types } from 'pg';
import { DataSource } from 'typeorm';
import { databaseOptions } from '../../../src/common/database/options';
import { isDatabaseUnreachable } from '../../../src/common/database/postgres-error';
import type { RoundTripClient } from '../../../src/common/database/round-trip-client';
import type { Answer } from '../../../src/common/database/round-trip-query';
import { createDatabase, type TestDatabase } from '../../support/database';
import { connectTo } from '../../support/round-trip-client';

const DIVIDE = { name: 'divide', text: 'SELECT 100 / $1::int AS result' };
const ADD = { name: 'add', text: 'INSERT INTO notes VALUES ($1)' };

describe('A round trip client', () => {
  let database: TestDatabase;
  let client: RoundTripClient;
  /** The messages of the server. */
  let messages: string[];

  beforeAll(async () => {
    database = await createDatabase();
    await database.query('CREATE TABLE notes (value int PRIMARY KEY)');
  });
  beforeEach(async () => {
    await database.query('TRUNCATE notes');
    client = await connect();
  });
  afterEach(() => client.end());
  afterAll(() => database.drop());

  /** As TypeORM does. */
  const ask = (sql: string) => (client as Client).query(sql);
  const connect = async (options: Parameters<typeof connectTo>[1] = {}) => {
    const one = await connectTo(database, options);
    one.on('error', () => undefined);
    messages = [];
    one.connection.on('message', ({ name }: { name: string }) => messages.push(name));
    return one;
  };
  const divide = (by: number) => client.send<{ result: number }>(DIVIDE, [by]);
  const notes = () => database.query('SELECT value FROM notes ORDER BY value');
  const count = (name: string) => messages.filter((one) => one === name).length;

  it('sends what one turn of the event loop asks for at once, and has it answered at once', async () => {
    const written = jest.spyOn(client.connection.stream as Required<Writable>, '_writev');
    const later = Promise.resolve().then(() => divide(50));

    const answers = await Promise.all([divide(5), divide(2), later]);

    expect(answers.map(({ rows }) => rows)).toEqual([[{ result: 20 }], [{ result: 50 }], [{ result: 2 }]]);
    expect(answers[0].command).toBe('SELECT 1');
    expect(written).toHaveBeenCalledTimes(1);
    expect(count('readyForQuery')).toBe(1);
  });

  it('has a statement parsed once', async () => {
    await Promise.all([divide(1), divide(2)]);
    await divide(3);
    expect(count('parseComplete')).toBe(1);
  });

  it('has it parsed each time when the server is to keep none', async () => {
    await client.end();
    client = await connect({ preparedStatements: false });
    await Promise.all([divide(1), divide(2)]);
    expect(count('parseComplete')).toBe(2);
    const { rows } = await client.send({ name: 'kept', text: 'SELECT FROM pg_prepared_statements' }, []);
    expect(rows).toHaveLength(0);
  });

  it('fails with the statement that failed and does nothing that was sent behind it', async () => {
    const answers = await Promise.allSettled([client.send(ADD, [1]), divide(0), client.send(ADD, [2])]);

    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    for (const { reason } of answers.slice(1) as PromiseRejectedResult[])
      expect(reason).toMatchObject({ code: '22012', message: 'division by zero' });
    // Without START TRANSACTION it is one transaction as far as the Sync.
    expect(await notes()).toEqual([]);
  });

  it('goes on after a failure, with statements that had not been parsed, too', async () => {
    await Promise.allSettled([divide(0), client.send(ADD, [1])]);
    const [, { rows }] = await Promise.all([client.send(ADD, [2]), divide(10)]);
    expect(rows).toEqual([{ result: 10 }]);
    expect(await notes()).toEqual([{ value: 2 }]);
  });

  it('does what is sent after the end of a round trip even when that fails', async () => {
    const failed = expect(divide(0)).rejects.toThrow('division by zero');
    client.endRoundTrip();
    await client.send(ADD, [3]);
    await failed;
    expect(await notes()).toEqual([{ value: 3 }]);
  });

  it('is not overtaken by what others send by themselves', async () => {
    const query = (text: string): Promise<Answer<object>> => client.query(text);
    const added = client.send(ADD, [1]);
    const seen = query('SELECT value FROM notes');
    const addedLater = client.send(ADD, [2]);
    expect((await seen).rows).toEqual([{ value: 1 }]);
    await Promise.all([added, addedLater]);
    expect(await notes()).toEqual([{ value: 1 }, { value: 2 }]);
  });

  it('gives values of every type back as they were given', async () => {
    const at = new Date('2026-02-03T04:05:06.789Z');
    const text = `SELECT $1::text AS text, $2::int AS number, $3::timestamptz AS at, $4::text[] AS texts,
      $5::jsonb AS object, $6::bytea AS bytes, $7::boolean AS yes, $8::text AS nothing`;
    const given = ['Ünï 🎟 \\ "\'', 7, at, ['a"b', null, ''], { a: [1] }, Buffer.from([0, 255]), true, null];
    const [{ rows }] = await Promise.all([client.send({ name: 'types', text }, given), divide(1)]);
    expect(Object.values(rows[0]!)).toEqual(given);
  });

  it('refuses a value that it cannot send, and sends the others', async () => {
    const endless: { toPostgres?: () => unknown } = {};
    endless.toPostgres = () => endless;
    const answers = await Promise.allSettled([divide(1), client.send(ADD, [endless]), divide(4)]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('fails with the statement whose answer it cannot read, and with no other', async () => {
    jest.spyOn(types, 'getTypeParser').mockReturnValueOnce(() => {
      throw new Error('Unreadable');
    });
    const answers = await Promise.allSettled([divide(1), divide(4)]);
    expect(answers).toMatchObject([
      { reason: { message: 'Unreadable' } },
      { value: { rows: [{ result: 25 }] } },
    ]);
  });

  it('refuses another statement of the same name', async () => {
    const answers = await Promise.allSettled([divide(1), client.send({ ...DIVIDE, text: 'SELECT 1' }, [])]);
    expect(answers[1]).toMatchObject({ reason: { message: 'There are two statements of the name divide' } });
  });

  it('fails all that is unanswered when the connection breaks', async () => {
    const broken = Promise.allSettled([
      client.send({ name: 'break', text: 'SELECT pg_terminate_backend(pg_backend_pid())' }, []),
      divide(1),
    ]);
    expect((await broken).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(divide(1)).rejects.toThrow();
  });

  it.each([{ preparedStatements: true }, { preparedStatements: false }])(
    'tells which statement failed, also to those that were skipped (%p)',
    async (options) => {
      await client.end();
      client = await connect(options);
      const answers = await Promise.allSettled([divide(1), divide(0), client.send(ADD, [1])]);
      expect(answers.slice(1)).toMatchObject([
        { reason: { statement: 'divide' } },
        { reason: { statement: 'divide' } },
      ]);
    },
  );

  describe('when the server does not answer in time', () => {
    beforeEach(async () => {
      await client.end();
      client = await connect({ answerMs: 300 });
    });

    it('gives the connection up, and fails what was asked for as out of reach', async () => {
      const doze = { name: 'doze', text: 'SELECT pg_sleep(20)' };
      const answers = await Promise.allSettled([client.send(doze, []), divide(1)]);
      for (const answer of answers) {
        expect(answer).toMatchObject({ reason: { message: 'PostgreSQL does not answer' } });
        expect(isDatabaseUnreachable((answer as PromiseRejectedResult).reason)).toBe(true);
      }
      await expect(divide(1)).rejects.toThrow('is not queryable');
    });

    it('does so for what others send by themselves, too', async () => {
      const [answer] = await Promise.allSettled([ask('SELECT pg_sleep(20)')]);
      expect(answer).toMatchObject({ reason: { message: 'PostgreSQL does not answer' } });
      await expect(divide(1)).rejects.toThrow('is not queryable');
    });

    it('lets one be that was answered, if only by an error', async () => {
      await divide(1);
      await expect(divide(0)).rejects.toThrow();
      await ask('SELECT 1');
      await sleep(400);
      expect((await divide(4)).rows).toEqual([{ result: 25 }]);
    });
  });

  it('waits as long as it takes when it is told to', async () => {
    await client.end();
    client = await connect({ answerMs: 0 });
    const doze = { name: 'doze', text: 'SELECT pg_sleep(0.2)' };
    expect((await client.send(doze, [])).command).toBe('SELECT 1');
    await ask('SELECT pg_sleep(0.2)');
  });

  it('is not given to the next in line when the server has ended its session', async () => {
    const options = databaseOptions({ url: database.directUrl, poolSize: 1 });
    const dataSource = await new DataSource(options).initialize();
    for (let round = 0; round < 10; round++) {
      const ended = dataSource.query('SELECT pg_terminate_backend(pg_backend_pid())');
      const next = dataSource.query('SELECT 1 AS one');
      await expect(ended).rejects.toThrow();
      expect(await next).toEqual([{ one: 1 }]);
    }
    await dataSource.destroy();
  });

  it('tells where the statement was asked for', async () => {
    const ask = async () => {
      await divide(0);
    };
    await expect(ask()).rejects.toHaveProperty('stack', expect.stringMatching(/at (async )?ask/));
  });
});
