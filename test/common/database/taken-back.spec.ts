import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Pool, type PoolConfig } from 'pg';
import { databaseOptions } from '../../../src/common/database/options';

const AUTHENTICATED = message('R', Buffer.from([0, 0, 0, 0]));
const READY = message('Z', Buffer.from('I'));
const TERMINATED = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection\0\0'));

function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

/** A server that lets everybody in and, with the same packet, throws them out: a restart is like that. */
describe('A connection that is taken back as soon as it is made', () => {
  let server: Server;
  let pool: Pool;

  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, TERMINATED])));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { extra } = databaseOptions({ url: '' }) as { extra: PoolConfig };
    pool = new Pool({ ...extra, host: '127.0.0.1', port, user: 'usher', database: 'usher' });
    pool.on('error', () => undefined);
  });
  afterAll(async () => {
    await pool.end();
    server.close();
  });

  it('fails its first statement and not the process', async () => {
    const client = await pool.connect();
    await expect(client.query('SELECT 1')).rejects.toThrow();
    client.release(true);
  });
});
