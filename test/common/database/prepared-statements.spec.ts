import { DataSource } from 'typeorm';
import { startApp, type TestApp } from '../../support/app';

describe('DATABASE_PREPARED_STATEMENTS', () => {
  let app: TestApp;

  afterEach(() => app.close());

  it.each([
    ['on', true],
    ['off', false],
  ])('%s: connections remember statements: %s', async (setting, remembered) => {
    app = await startApp({ DATABASE_PREPARED_STATEMENTS: setting });
    const organization = await app.organization();
    const event = await organization.event();
    const [first] = await Promise.all([organization.issue(event), organization.issue(event)]);
    const { barcode } = first.data[0]!;
    await organization.client.post(`/events/${event.id}/check-ins`, { barcode }).expect(200);

    const known = await app.nest.get(DataSource).transaction(async (manager) => {
      const rows = await manager.query<{ name: string }[]>('SELECT name FROM pg_prepared_statements');
      return rows.length > 0;
    });
    expect(known).toBe(remembered);
  });
});
