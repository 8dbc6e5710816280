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
  // Take minutes: npm run test:pages.
  testPathIgnorePatterns: ['/dist/test/pages/'],
  transform: {},
  runtime: '<rootDir>/support/jest/runtime.js',
  testEnvironment: '<rootDir>/support/jest/environment.js',
  // Longer than `until` waits, whose message says what did not happen.
  testTimeout: 60_000,
  maxWorkers: 2,
};
