import { startApp, type TestApp } from '../support/app';
import { fuzz, FUZZED } from './fuzz';

jest.setTimeout(120_000);

/** The short version of `npm run test:fuzz`, always with the same seed. */
describe('The API', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp(FUZZED);
  });
  afterAll(() => app.close());

  it('answers whatever is sent as its document says, and keeps its counters and organizations apart', async () => {
    const { problems, answers } = await fuzz(app, { requests: 2_000, seed: 3 });
    expect(problems).toEqual([]);
    // Requests that are all refused would say little. Which endpoint a delivery belongs to is known to nobody here.
    const never = [...answers]
      .filter(([, statuses]) => ![200, 201, 202].some((status) => statuses.has(status)))
      .map(([operation]) => operation);
    expect(never.filter((operation) => !operation.includes('{deliveryId}'))).toEqual([]);
  });
});
