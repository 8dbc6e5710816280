import { tmpdir } from 'node:os';
import { type Environment, loadEnvironment } from '../../src/common/config/environment';

/** The environment of an app under test: nothing is read from the machine's, and no test meets a limit by accident. */
export function testEnvironment(variables: Record<string, string>): Environment {
  return loadEnvironment({
    DATA_DIR: tmpdir(),
    LOG_LEVEL: 'silent',
    LOG_FORMAT: 'json',
    RATE_LIMIT: 'off',
    WEBHOOK_PRIVATE_TARGETS: 'allow',
    DATABASE_PREPARED_STATEMENTS: process.env.TEST_POOLER_PORT ? 'off' : 'on',
    ...variables,
  });
}
