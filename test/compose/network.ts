import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SUBNET = '10.213.0';
/** Where a container finds Docker's name server. */
const NAME_SERVER = '127.0.0.11';

/** Addresses of clients, each of them another machine to the proxy. */
export const CLIENTS = [`${SUBNET}.201`, `${SUBNET}.202`] as const;

/** What a compose network is: a bridge, a namespace for each service, and a name server that knows who is up. */
export class Network {
  private readonly addresses = new Map<string, string>();
  private readonly nameServers: ChildProcess[] = [];
  private joined = 0;
  private lastAddress = 1;

  private constructor(private readonly folder: string) {}

  /** To be called in namespaces for network and mounts that are the caller's own. */
  static async open(folder: string): Promise<Network> {
    const resolvConf = await realpath('/etc/resolv.conf');
    await run('mount', ['-t', 'tmpfs', 'tmpfs', '/run']);
    await mkdir('/run/netns');
    await replace(resolvConf, join(folder, 'resolv.conf'), `nameserver ${NAME_SERVER}\n`);
    await replace('/etc/hosts', join(folder, 'hosts'), '127.0.0.1 localhost\n');
    await ip('link set lo up');
    await ip('link add bridge type bridge');
    for (const address of [`${SUBNET}.1`, ...CLIENTS]) await ip(`addr add ${address}/24 dev bridge`);
    await ip('link set bridge up');
    const network = new Network(folder);
    await network.publish();
    return network;
  }

  /** Makes the namespace of a service; it has no address and no name yet. */
  async add(name: string): Promise<void> {
    const cable = `veth${++this.joined}`;
    await ip(`netns add ${name}`);
    await ip(`link add ${cable} type veth peer name eth0 netns ${name}`);
    await ip(`link set ${cable} master bridge up`);
    await ip(`-n ${name} link set lo up`);
    await ip(`-n ${name} link set eth0 up`);
    const options = [`--listen-address=${NAME_SERVER}`, '--bind-interfaces', '--no-resolv', '--no-hosts'];
    const known = [`--addn-hosts=${this.namesFile}`, '--local=/#/', '--conf-file=/dev/null', '--pid-file='];
    const [file, ...args] = enter(name, [
      'dnsmasq',
      '--keep-in-foreground',
      '--user=root',
      ...options,
      ...known,
    ]);
    this.nameServers.push(spawn(file, args, { stdio: 'ignore' }));
  }

  /** Gives a service an address that nobody had before, and tells its name. */
  async connect(name: string): Promise<void> {
    const address = `${SUBNET}.${++this.lastAddress}`;
    await ip(`-n ${name} addr add ${address}/24 dev eth0`);
    this.addresses.set(name, address);
    await this.publish();
  }

  async disconnect(name: string): Promise<void> {
    await ip(`-n ${name} addr flush dev eth0`);
    this.addresses.delete(name);
    await this.publish();
  }

  addressOf(name: string): string {
    return this.addresses.get(name)!;
  }

  /** What `ports: 8025:80` does, for clients on this machine. */
  publishPort(name: string, mapping: string): void {
    const [outside, inside] = mapping.split(':').map(Number) as [number, number];
    const server = createServer((client) => {
      const upstream = connect(inside, this.addressOf(name));
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        one.pipe(other);
        one.on('error', () => other.destroy());
      }
    });
    server.listen(outside, '127.0.0.1');
  }

  private async publish(): Promise<void> {
    const lines = [...this.addresses].map(([name, address]) => `${address} ${name}\n`);
    await writeFile(this.namesFile, lines.join(''));
    for (const nameServer of this.nameServers) nameServer.kill('SIGHUP');
  }

  private get namesFile(): string {
    return join(this.folder, 'names');
  }
}

/** The command that runs another one where a service is. */
export function enter(name: string, command: readonly string[]): [string, ...string[]] {
  return ['nsenter', `--net=/run/netns/${name}`, '--', ...command];
}

async function ip(args: string): Promise<void> {
  await run('ip', args.split(' '));
}

/** Only what is in this mount namespace sees it. */
async function replace(file: string, by: string, content: string): Promise<void> {
  await writeFile(by, content);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '', { flag: 'a' });
  await run('mount', ['--bind', by, file]);
}
