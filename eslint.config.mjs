import { readdirSync } from 'node:fs';
import { createNodeResolver, flatConfigs, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** The floors of the house, from the top down. A folder imports from those below it and from itself. */
const FLOORS = [
  ['first-run'],
  ['tickets', 'webhooks'],
  ['attendees'],
  ['events', 'contacts'],
  ['domain-events'],
  ['organizations', 'notifications'],
  ['common'],
];

/** A module that is not on the list stands on top: it imports from all floors, and none of them from it. */
const others = readdirSync('src', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !FLOORS.flat().includes(entry.name))
  .map(({ name }) => name);
FLOORS.unshift(others);

const floorsAbove = (index) => FLOORS.slice(0, index).flat();
const neighbours = (index, folder) => FLOORS[index].filter((other) => other !== folder);

const zones = FLOORS.flatMap((folders, index) =>
  folders
    .filter((folder) => index > 0 || neighbours(index, folder).length > 0)
    .map((folder) => ({
      target: `./src/${folder}`,
      from: [...floorsAbove(index), ...neighbours(index, folder)].map((other) => `./src/${other}`),
      message:
        'Imports go downward: tickets, webhooks → attendees → events, contacts → domain-events → organizations, notifications → common.',
    })),
);

export default tseslint.config(
  {
    ignores: [
      'dist',
      'node_modules',
      'coverage',
      '.data',
      'jest.config.js',
      'eslint.config.mjs',
      'test/openapi/api-types.d.ts',
    ],
  },
  tseslint.configs.recommendedTypeChecked,
  flatConfigs.typescript,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      'no-console': 'error',
    },
  },
  {
    // A DTO or an injected class that is imported as a type only is gone at run time, and validation with it.
    files: ['**/src/**/*.{controller,module}.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    // Entities and errors are the vocabulary of a feature: they stand without the framework.
    files: ['**/src/**/*.entity.ts', '**/src/**/*.errors.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['@nestjs/*', 'express'] }],
    },
  },
  {
    // Answers of the server come as any; the assertions say what they must be.
    files: ['**/test/**/*.ts'],
    rules: {
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/src/**/*.ts'],
    ignores: ['src/common/config/environment.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only common/config/environment.ts reads the environment.',
        },
      ],
    },
  },
);
