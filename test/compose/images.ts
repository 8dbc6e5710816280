import { join } from 'node:path';
import type { Service } from '../support/compose-file';
import { readFromRepository, REPOSITORY } from '../support/repository';

const node = (program: string): string[] => [process.execPath, join(__dirname, `${program}.js`)];
const MAILPIT = node('image-mailpit');

/** What is run here for a service of the compose file. */
interface Runnable {
  command: string[];
  /** What the image sets, before the service does. */
  environment: Record<string, string>;
  healthcheck: string[];
}

/** What an image brings: a command, and what a service's own command becomes. */
export function runnableOf(service: Service): Runnable {
  if (service.build) return ofDockerfile(service);
  const [image] = service.image.split(':') as [string];
  const healthcheck = asCommand(service.healthcheck!.test);
  const plain = { environment: {}, healthcheck };
  switch (image) {
    case 'haproxy': {
      const [config] = service.volumes![0]!.split(':') as [string];
      return { ...plain, command: ['haproxy', '-W', '-db', '-f', join(REPOSITORY, config)] };
    }
    case 'redis':
      // As the image is compiled, because its networks are private.
      return { ...plain, command: [...service.command!, '--protected-mode', 'no'] };
    case 'postgres':
      return { ...plain, command: node('image-postgres') };
    case 'axllent/mailpit': {
      const [program, ...args] = healthcheck;
      if (program !== '/mailpit') throw new Error(`${image} has no program ${program}`);
      return { ...plain, command: MAILPIT, healthcheck: [...MAILPIT, ...args] };
    }
    default:
      throw new Error(`Nothing stands in for the image ${image}`);
  }
}

function ofDockerfile({ command }: Service): Runnable {
  const dockerfile = readFromRepository('Dockerfile')
    .split(/^FROM /m)
    .at(-1)!;
  const read = (pattern: RegExp) => JSON.parse(pattern.exec(dockerfile)![1]!) as string[];
  return {
    command: command ?? read(/^CMD (.+)$/m),
    environment: Object.fromEntries(
      [...dockerfile.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, ...entry]) => entry),
    ),
    healthcheck: read(/^HEALTHCHECK [^\n]*\\\n {2}CMD (.+)$/m),
  };
}

function asCommand([kind, ...words]: string[]): string[] {
  return kind === 'CMD-SHELL' ? ['sh', '-c', ...words] : words;
}
