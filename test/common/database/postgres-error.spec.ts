import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { isDatabaseUnreachable } from '../../../src/common/database/postgres-error';

/** What TypeORM says when the connection has broken between two statements. */
it.each([new QueryRunnerAlreadyReleasedError(), new QueryRunnerProviderAlreadyReleasedError()])(
  'A database is out of reach when its query runner is gone: $message',
  (error) => {
    expect(isDatabaseUnreachable(error)).toBe(true);
  },
);
