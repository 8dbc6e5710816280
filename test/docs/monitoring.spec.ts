import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startApp, type TestApp } from '../support/app';
import { Scrape } from '../support/metrics';
import { startRedis, type TestRedis } from '../support/redis';
import { readFromRepository, REPOSITORY } from '../support/repository';

interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[];
}

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
}

const dashboard = JSON.parse(readFromRepository('docs/monitoring/dashboard.json')) as Dashboard;
const rules = (parse(readFromRepository('docs/monitoring/alerts.yml')) as Rules).groups.flatMap(
  ({ rules }) => rules,
);

describe('docs/monitoring', () => {
  let redis: TestRedis;
  let app: TestApp;
  let told: Scrape;

  beforeAll(async () => {
    redis = await startRedis();
    app = await startApp({ REDIS_URL: redis.url });
    told = await Scrape.of(app.url);
  });
  afterAll(async () => {
    await app.close();
    await redis.close();
  });

  const expressions = [
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...rules.map(({ expr }) => expr),
  ];

  it('asks for metrics that there are', () => {
    const asked = expressions.flatMap((expr) => expr.match(/\b(usher|nodejs|process)_\w+/g) ?? []);
    const series = told.names.flatMap((name) => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]);
    expect(asked.length).toBeGreaterThanOrEqual(expressions.length - 1);
    expect(asked.filter((name) => !series.includes(name))).toEqual([]);
  });

  it('shows or watches every metric of our own', () => {
    const ours = told.names.filter((name) => name.startsWith('usher_'));
    expect(ours.filter((name) => !expressions.some((expr) => expr.includes(name)))).toEqual([]);
  });

  it('says of every alert what it means and what to do', () => {
    const operations = readFromRepository('docs/operations.md');
    expect(rules.length).toBeGreaterThan(5);
    for (const { alert, annotations } of rules) {
      expect(annotations.summary).not.toBe('');
      expect(operations).toContain(`\`${alert}\``);
    }
  });
});

it('docs/operations.md quotes lines of the log that there are', () => {
  const quoted = [...readFromRepository('docs/operations.md').matchAll(/`([A-Z][a-z]+(?: [a-z]+)+)`/g)];
  const lines = quoted.map(([, line]) => line!);
  expect(lines.length).toBeGreaterThan(2);
  const texts = textsOfTheProgram();
  expect(lines.filter((line) => !canBeComposed(line, texts))).toEqual([]);
});

/** Every text in quotes in src/, and every template as it stands there. */
function textsOfTheProgram(): Set<string> {
  const files = readdirSync(join(REPOSITORY, 'src'), { recursive: true, encoding: 'utf8' });
  const sources = files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFromRepository(`src/${file}`));
  return new Set(sources.flatMap((source) => source.match(/(?<=')[^'\n]+(?=')|(?<=`)[^`\n]+(?=`)/g) ?? []));
}

/** Whether it is one of these texts, or a template among them whose gaps are filled by what is, and so on for some levels. */
function canBeComposed(line: string, texts: Set<string>, levels = 2): boolean {
  if (texts.has(line) || levels === 0) return texts.has(line);
  return [...texts].some((template) => {
    const pieces = template.split(/\$\{[^}]*\}/);
    // A template that is all gaps says nothing.
    if (pieces.length === 1 || pieces.join('').trim().length < 3) return false;
    const filled = new RegExp(`^${pieces.map(escaped).join('(.+)')}$`).exec(line);
    return filled?.slice(1).every((part) => canBeComposed(part, texts, levels - 1));
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
