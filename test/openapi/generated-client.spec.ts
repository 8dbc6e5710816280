import createClient from 'openapi-fetch';
import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';
import type { paths } from './api-types';

/** Sells and admits with a client whose types were generated from the document: what does not fit does not compile. */
describe('a client generated from the OpenAPI document', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  it('creates an event, issues tickets, retries and checks in', async () => {
    const usher = createClient<paths>({
      baseUrl: app.url,
      headers: { 'X-API-KEY': organization.client.apiKey! },
    });

    const { data: event } = await usher.POST('/api/v1/events', {
      body: {
        name: 'Typed Night',
        start: { utc: '2027-03-01T19:00:00', timezone: 'Europe/Berlin' },
        capacity: 2,
      },
    });
    const { data: classes } = await usher.GET('/api/v1/events/{eventId}/ticket-classes', {
      params: { path: { eventId: event!.id } },
    });
    const issue = (key: string, quantity: number) =>
      usher.POST('/api/v1/events/{eventId}/attendees', {
        params: { path: { eventId: event!.id }, header: { 'Idempotency-Key': key } },
        body: {
          ticket_class_id: classes!.data[0]!.id,
          contact: { email: 'ada@example.org', first_name: 'Ada' },
          quantity,
        },
      });

    const { data: issued } = await issue('first', 2);
    expect(issued).toMatchObject({ quantity: 2, upgraded_quantity: 0 });
    const { data: replayed } = await issue('first', 2);
    expect(replayed).toEqual(issued);
    const { error: refused, response } = await issue('second', 1);
    expect([response.status, refused?.code]).toEqual([409, 'capacity_exceeded']);

    const { data: admitted } = await usher.POST('/api/v1/events/{eventId}/check-ins', {
      params: { path: { eventId: event!.id } },
      body: { barcode: issued!.data[0]!.barcode },
    });
    expect(admitted?.status).toBe('checked_in');
    const { data: list } = await usher.GET('/api/v1/events/{eventId}/attendees', {
      params: { path: { eventId: event!.id }, query: { status: ['checked_in'] } },
    });
    expect(list?.pagination.total).toBe(1);
    await app.expectNoDrift();
  });
});
