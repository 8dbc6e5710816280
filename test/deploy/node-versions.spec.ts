import { readFromRepository } from '../support/repository';

interface Package {
  version?: string;
  dev?: boolean;
  engines?: { node?: string };
}

const { packages } = JSON.parse(readFromRepository('package-lock.json')) as {
  packages: Record<string, Package>;
};
const { engines } = JSON.parse(readFromRepository('package.json')) as Required<Package>;

/** The oldest versions of Node that a range takes, and whether newer majors follow. */
interface Oldest {
  version: number[];
  andNewer: boolean;
}

/** Reads the ranges that packages have: `*`, `20`, `8.*`, `^20.19.0` and `>= 20`, alone or with `||` between them. */
function alternativesOf(range: string): Oldest[] {
  return range.split('||').map((alternative) => {
    const [, operator, version] = /^ *(\^|>=)? *(\*|\d[\d.]*)(?:\.[x*])? *$/.exec(alternative) ?? [];
    if (version === undefined) throw new Error(`This test cannot read ${range}`);
    const numbers = version === '*' ? [0] : version.split('.').map(Number);
    return { version: [...numbers, 0, 0].slice(0, 3), andNewer: operator === '>=' || version === '*' };
  });
}

function takes(range: string, { version, andNewer }: Oldest): boolean {
  const takesMajor = (one: Oldest) => one.andNewer || (!andNewer && one.version[0] === version[0]);
  return alternativesOf(range).some((one) => isNotOlder(version, one.version) && takesMajor(one));
}

function isNotOlder(version: number[], than: number[]): boolean {
  const different = version.findIndex((part, index) => part !== than[index]);
  return different === -1 || version[different]! > than[different]!;
}

describe('The versions of Node', () => {
  const ours = alternativesOf(engines.node!);

  it('that Usher promises to run on are those of every package that it runs with', () => {
    const production = Object.entries(packages).filter(([path, one]) => path !== '' && !one.dev);
    expect(production.length).toBeGreaterThan(100);
    const narrower = production.filter(
      ([, one]) => one.engines?.node && !ours.every((oldest) => takes(one.engines!.node!, oldest)),
    );
    expect(narrower.map(([path, one]) => `${path}: ${one.engines!.node}`)).toEqual([]);
  });

  it('are those that README and the lock file name', () => {
    expect(packages['']!.engines).toEqual(engines);
    for (const { version } of ours)
      expect(readFromRepository('README.md')).toContain(version.slice(0, 2).join('.'));
  });
});
