import { Connection } from 'pg';
import { startApp, type TestApp } from '../support/app';
import { type TestEvent, type TestOrganization } from '../support/organization';

describe('Round trips to the database', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp({ WORKER: 'off' });
    organization = await app.organization();
    event = await organization.event();
    await organization.issue(event);
  });
  afterAll(() => app.close());

  /** Each ends with a Sync. Something else may ask the database meanwhile, so the least of some times counts. */
  async function expectRoundTrips(expected: number, work: (time: number) => Promise<unknown>): Promise<void> {
    const counts: number[] = [];
    const synced = jest.spyOn(Connection.prototype, 'sync');
    for (let time = 0; time < 4; time++) {
      synced.mockClear();
      await work(time);
      counts.push(synced.mock.calls.length);
    }
    synced.mockRestore();
    expect(Math.min(...counts)).toBe(expected);
  }

  it('are two for a ticket', () =>
    expectRoundTrips(2, (time) =>
      organization.issue(event, { contact: { email: `ada${time}@example.org` } }),
    ));

  it('are three for a ticket of a contact that is known', () =>
    expectRoundTrips(3, () => organization.issue(event, { contact: { email: 'ada0@example.org' } })));

  it('are four for a check-in', async () => {
    const { data } = await organization.issue(event, { quantity: 4 });
    await expectRoundTrips(4, (time) => {
      const { barcode } = data[time]!;
      return organization.client.post(`/events/${event.id}/check-ins`, { barcode }).expect(200);
    });
  });
});
