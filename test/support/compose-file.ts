import { parse } from 'yaml';
import { readFromRepository } from './repository';

export interface Service {
  image: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  ports?: string[];
  volumes?: string[];
  stop_grace_period?: string;
}

export interface ComposeFile {
  'x-defaults': string[];
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

/** docker-compose.yml, with these variables in place of `${NAME:?what for}`. */
export function readComposeFile(variables: Record<string, string>): ComposeFile {
  const text = readFromRepository('docker-compose.yml').replace(/\$\{(\w+):\?[^}]*\}/g, (_, name: string) => {
    const value = variables[name];
    if (!value) throw new Error(`docker-compose.yml asks for ${name}`);
    return value;
  });
  return parse(text, { merge: true }) as ComposeFile;
}
