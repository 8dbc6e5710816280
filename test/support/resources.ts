import type { TestOrganization } from './organization';

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1024/';

/** One of everything that a path can name, by the name of the parameter. */
export async function resourcesOf(owner: TestOrganization): Promise<Record<string, string>> {
  const event = await owner.event();
  const { data, payment_id } = await owner.issue(event);
  const key = await owner.client.post('/api-keys', { name: 'Spare', scopes: ['events:read'] }).expect(201);
  const endpoint = await owner.webhookEndpoint({ url: NOWHERE });
  const test = await owner.client.post(`/webhook-endpoints/${endpoint.id}/test`).expect(202);
  return {
    eventId: event.id,
    ticketClassId: event.ticketClass.id,
    attendeeId: data[0]!.id,
    contactId: data[0]!.contact_id,
    paymentId: payment_id,
    apiKeyId: key.body.id as string,
    webhookEndpointId: endpoint.id,
    deliveryId: test.body.id as string,
  };
}
