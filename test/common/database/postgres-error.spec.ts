import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { isDatabaseUnreachable } from '../../../src/common/database/postgres-error';

/** What TypeORM says when the connection has broken between two statements. */
it.each([new QueryRunnerAlreadyReleasedError(), new QueryRunnerProviderAlreadyReleasedError()])(
  'A database is out of reach when its query runner is gone: $message',
  (error) => {
    expect(isDatabaseUnreachable(error)).toBe(true);
  },
);

/** As PostgreSQL and Node say it when a server is gone, restarts, has become a replica or takes the connection back. */
it.each(['25006', '25P03', '25P04', '57P01', '57P05', '08006', 'ENETUNREACH', 'EHOSTDOWN', 'ETIMEDOUT'])(
  'A database is out of reach when it says %s',
  (code) => {
    expect(isDatabaseUnreachable(Object.assign(new Error('No'), { code }))).toBe(true);
  },
);
