import { VARIABLES } from '../../src/common/config/environment';

interface Described {
  name: string;
  description: string;
  default?: string;
  format: { allowed: string };
}

/** docs/configuration.md, made from the one table that the program reads its variables with. */
export function configurationPage(): string {
  const rows = Object.values<Described>(VARIABLES).map((variable) =>
    [
      `\`${variable.name}\``,
      variable.format.allowed,
      variable.default ? `\`${variable.default}\`` : '',
      variable.description,
    ].join(' | '),
  );
  return `# Configuration

Usher reads environment variables and nothing else. They are validated when a process starts; it names every problem at
once and ends. An empty variable counts as absent. This page is made by \`npm run docs:configuration\`.

| Variable | Must be | Default | |
|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}
`;
}
