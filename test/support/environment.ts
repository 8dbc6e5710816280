import { tmpdir } from 'node:os';
import { type Environment, loadEnvironment } from '../../src/common/config/environment';

/** What an app needs where all tests go through the connection pooler on `TEST_POOLER_PORT`. */
export const BEHIND_POOLER: Record<string, string> = process.env.TEST_POOLER_PORT
  ? { DATABASE_PREPARED_STATEMENTS: 'off' }
  : {};

/** The environment of an app under test: nothing is read from the machine's, and no test meets a limit by accident. */
export function testEnvironment(variables: Record<string, string>): Environment {
  return loadEnvironment({
    DATA_DIR: tmpdir(),
    LOG_LEVEL: 'silent',
    LOG_FORMAT: 'json',
    RATE_LIMIT: 'off',
    WEBHOOK_PRIVATE_TARGETS: 'allow',
    ...BEHIND_POOLER,
    ...variables,
  });
}
