import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { loadEnvironment, VARIABLES } from '../../src/common/config/environment';
import { readFromRepository, REPOSITORY } from '../support/repository';

interface Probe {
  httpGet: { path: string; port: string | number };
}

interface Container {
  command?: string[];
  env?: { name: string; value: string }[];
  ports?: { name: string; containerPort: number }[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  lifecycle?: { preStop: { exec: { command: [string, string] } } };
}

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec?: {
    selector?: { matchLabels?: object; app?: string };
    template?: {
      metadata?: { labels: object };
      spec: { terminationGracePeriodSeconds?: number; containers: Container[] };
    };
  };
}

const page = readFromRepository('docs/kubernetes.md');
const manifests = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].flatMap(([, text]) =>
  parseAllDocuments(text!).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  }),
);
const containers = manifests.flatMap(({ spec }) => spec?.template?.spec.containers ?? []);
const deployments = manifests.filter(({ kind }) => kind === 'Deployment');

/**
 * There is no cluster here, so nothing applies these manifests. They are held to the program, and the command of the job
 * is run by test/pages/operations.spec.ts.
 */
describe('docs/kubernetes.md', () => {
  it('has what an installation needs', () => {
    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      ...['ConfigMap usher', 'Job usher-migrate', 'Deployment usher-api', 'Service usher-api'],
      ...['PodDisruptionBudget usher-api', 'HorizontalPodAutoscaler usher-api', 'Deployment usher-worker'],
    ]);
    for (const { apiVersion } of manifests) expect(apiVersion).toMatch(/^([a-z]+\/)?v\d$/);
  });

  it('sets variables that there are, to values that are taken', () => {
    const data = manifests.find(({ kind }) => kind === 'ConfigMap')!.data!;
    const secrets = { DATABASE_URL: 'postgres://db/usher', REDIS_URL: 'redis://redis' };
    for (const { env = [] } of containers) {
      const variables = { ...data, ...Object.fromEntries(env.map(({ name, value }) => [name, value])) };
      const known = Object.values(VARIABLES).map(({ name }) => name);
      expect(Object.keys(variables).filter((name) => !known.includes(name))).toEqual([]);
      expect(loadEnvironment({ ...variables, ...secrets })).toMatchObject({ migrateOnStart: false });
    }
  });

  it('runs programs that there are', () => {
    const programs = containers.flatMap(({ command = [] }) => command.filter((word) => word.endsWith('.js')));
    expect(programs).toHaveLength(3);
    for (const program of programs) expect(existsSync(join(REPOSITORY, program))).toBe(true);
  });

  it('probes each process where it answers', () => {
    for (const { spec } of deployments) {
      const [{ ports, env, livenessProbe, readinessProbe }] = spec!.template!.spec.containers as [Container];
      const workerPort = env!.find(({ name }) => name === 'WORKER_PORT')?.value;
      const port = workerPort ? Number(workerPort) : ports![0]!.name;
      expect(livenessProbe!.httpGet).toEqual({ path: '/health/live', port });
      expect(readinessProbe!.httpGet).toEqual({ path: '/health/ready', port });
    }
  });

  it('leaves pods the time to stop that they give themselves', () => {
    for (const { spec } of deployments) {
      const { terminationGracePeriodSeconds, containers } = spec!.template!.spec;
      const bridged = Number(containers[0]!.lifecycle?.preStop.exec.command[1] ?? 0);
      expect(terminationGracePeriodSeconds).toBeGreaterThan(bridged + 30);
    }
  });

  it('selects the pods that it makes', () => {
    for (const { spec } of deployments) {
      expect(spec!.selector!.matchLabels).toEqual(spec!.template!.metadata!.labels);
    }
  });
});
