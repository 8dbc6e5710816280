/** What a process tells Prometheus. */
export class Scrape {
  private constructor(readonly text: string) {}

  static async of(url: string): Promise<Scrape> {
    const answer = await fetch(`${url}/metrics`);
    expect(answer.status).toBe(200);
    return new Scrape(await answer.text());
  }

  /** The value of the one series with these labels; undefined when there is none. */
  value(name: string, labels: Record<string, string> = {}): number | undefined {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const lines = this.text.split('\n').filter((line) => {
      return /^[\w:]+/.exec(line)?.[0] === name && wanted.every((label) => line.includes(label));
    });
    if (lines.length > 1) throw new Error(`${lines.length} series of ${name} have ${wanted.join(',')}`);
    return lines[0] === undefined ? undefined : Number(lines[0].split(' ').at(-1));
  }

  /** Names of all metrics, as `# TYPE` declares them. */
  get names(): string[] {
    return [...this.text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!);
  }
}
