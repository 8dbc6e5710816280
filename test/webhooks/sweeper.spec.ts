import { WebhookSweeper } from '../../src/webhooks/webhook-sweeper';
import { startApp, type TestApp } from '../support/app';

describe('Old webhook deliveries', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ WORKER: 'off' });
  });
  afterAll(() => app.close());

  it('are deleted after 30 days, whatever their status and whether there still is an endpoint', async () => {
    const organization = await app.organization();
    await app.database.query(
      `INSERT INTO webhook_deliveries (organization_id, id, endpoint_id, type, payload, status, created_at)
       SELECT $1, 'dlv_' || day || status, 'whk_gone', 'event.created', '{}', status,
              now() - make_interval(days => day, secs => -60)
       FROM unnest(ARRAY['pending', 'delivered', 'failed']) AS status, unnest(ARRAY[0, 30, 31]) AS day`,
      [organization.id],
    );
    expect(await app.nest.get(WebhookSweeper).sweep()).toBe(3);
    const rows = await app.database.query<{ id: string }>('SELECT id FROM webhook_deliveries ORDER BY id');
    expect(rows.map(({ id }) => id)).toEqual(
      ['0delivered', '0failed', '0pending', '30delivered', '30failed', '30pending'].map((id) => `dlv_${id}`),
    );
  });
});
