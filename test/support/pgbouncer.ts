import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';
import { findProgram } from './programs';
import { until } from './until';

/** Fewer than the pool of one process, so that transactions do change connections. */
const SERVER_CONNECTIONS = 8;

export interface PgBouncer {
  port: number;
  stop(): Promise<void>;
}

/** A PgBouncer in front of all databases of a server that trusts it, which gives each transaction another connection. */
export async function startPgBouncer(server: URL): Promise<PgBouncer> {
  const program = await findProgram({
    title: 'PgBouncer',
    names: ['pgbouncer'],
    debianPackage: 'pgbouncer',
  });
  if (!program) throw new Error('This needs PgBouncer on the PATH, or root on Debian or Ubuntu');
  const folder = await mkdtemp(join(tmpdir(), 'usher-pgbouncer-'));
  await chmod(folder, 0o755);
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(
    file,
    `[databases]
     * = host=${server.hostname} port=${server.port} user=${server.username}
     [pgbouncer]
     listen_addr = 127.0.0.1
     listen_port = ${port}
     unix_socket_dir =
     auth_type = any
     pool_mode = transaction
     default_pool_size = ${SERVER_CONNECTIONS}
     max_client_conn = 500
     server_idle_timeout = 5
     `.replace(/^ +/gm, ''),
  );
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? ['-u', 'postgres'] : [];
  const child = spawn(program, [...user, '-q', file], { stdio: 'ignore' });
  await until(() => listens(port), 'PgBouncer did not start');
  return {
    port,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
