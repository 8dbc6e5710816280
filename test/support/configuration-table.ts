import { VARIABLES } from '../../src/common/config/environment';

/** docs/configuration.md, made from the one table that the program reads its variables with. */
export function configurationPage(): string {
  const rows = Object.values<{ name: string; description: string; default?: string }>(VARIABLES).map(
    (variable) =>
      `| \`${variable.name}\` | ${variable.default ? `\`${variable.default}\`` : ''} | ${variable.description} |`,
  );
  return `# Configuration

Usher reads environment variables and nothing else. They are validated when a process starts; it names every problem at
once and ends. An empty variable counts as absent. This page is made by \`npm run docs:configuration\`.

| Variable | Default | |
|---|---|---|
${rows.join('\n')}
`;
}
