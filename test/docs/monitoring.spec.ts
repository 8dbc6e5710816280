import { parse } from 'yaml';
import { startApp, type TestApp } from '../support/app';
import { Scrape } from '../support/metrics';
import { startRedis, type TestRedis } from '../support/redis';
import { readFromRepository } from '../support/repository';

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
