import { DataSource } from 'typeorm';
import { createApp } from '../src/app.setup';
import { createDatabase } from './support/database';
import { testEnvironment } from './support/environment';

it('An app that cannot be configured closes its database connections', async () => {
  const database = await createDatabase();
  const environment = testEnvironment({ DATABASE_URL: database.url, MIGRATE_ON_START: 'false' });
  const closing = jest.spyOn(DataSource.prototype, 'destroy');
  await expect(createApp({ ...environment, trustProxy: ['nonsense'] })).rejects.toThrow('invalid IP address');
  expect(closing).toHaveBeenCalledTimes(1);
  await database.drop();
});
