/**
 * The tests run from the compiled output: what is tested is what ships, the OpenAPI plugin included,
 * and no test worker type-checks the project a second time.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  rootDir: 'dist/test',
  globalSetup: '<rootDir>/support/global-setup.js',
  globalTeardown: '<rootDir>/support/global-teardown.js',
  testMatch: ['**/*.spec.js'],
  // Take minutes: npm run test:e2e and npm run test:pages.
  testPathIgnorePatterns: ['/dist/test/e2e/', '/dist/test/pages/'],
  transform: {},
  runtime: '<rootDir>/support/jest/runtime.js',
  testEnvironment: '<rootDir>/support/jest/environment.js',
  // Longer than `until` waits, whose message says what did not happen.
  testTimeout: 60_000,
  // Tests often wait, for PostgreSQL or for time to pass: on two cores, three take less time than two.
  maxWorkers: 3,
};
