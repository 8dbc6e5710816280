/** The result of a command: a line for each field, or one line of JSON for programs. */
export function print(result: Record<string, string>, json = false): void {
  const text = json
    ? JSON.stringify(result)
    : Object.entries(result)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n');
  process.stdout.write(`${text}\n`);
}
