import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readComposeFile, type Service } from '../support/compose-file';
import { Container } from './container';
import { Network } from './network';

/** All services of the compose file. */
export class Stack {
  private readonly containers: Map<string, Container>;

  private constructor(
    private readonly services: Record<string, Service>,
    readonly network: Network,
    readonly folder: string,
  ) {
    this.containers = new Map(
      Object.entries(services).map(([name, service]) => [
        name,
        new Container(name, service, network, join(folder, name)),
      ]),
    );
  }

  static async create(folder: string, variables: Record<string, string>): Promise<Stack> {
    const { services } = readComposeFile(variables);
    const stack = new Stack(services, await Network.open(folder), folder);
    // Where the image of PostgreSQL has its socket.
    await mkdir('/run/postgresql');
    await chmod('/run/postgresql', 0o1777);
    for (const container of stack.containers.values()) await container.prepare();
    return stack;
  }

  /** As `docker compose up --wait`: each service as soon as what it depends on is healthy. */
  async up(): Promise<void> {
    const started = new Map<string, Promise<void>>();
    const start = (name: string): Promise<void> => {
      const running = started.get(name) ?? this.startAfter(name, start);
      started.set(name, running);
      return running;
    };
    await Promise.all([...this.containers.keys()].map(start));
    for (const [name, { ports = [] }] of Object.entries(this.services)) {
      for (const port of ports) this.network.publishPort(name, port);
    }
  }

  get(name: string): Container {
    return this.containers.get(name)!;
  }

  /** The last lines of every log. */
  async describe(): Promise<string> {
    const logs = [...this.containers.values()].map(async (container) => {
      const lines = (await container.log()).trim().split('\n').slice(-15);
      return `--- ${container.name}\n${lines.join('\n')}`;
    });
    return (await Promise.all(logs)).join('\n');
  }

  private async startAfter(name: string, start: (name: string) => Promise<void>): Promise<void> {
    await Promise.all(Object.keys(this.services[name]!.depends_on ?? {}).map(start));
    await this.get(name).start();
  }
}
