import { newId } from '../../src/common/ids/ids';
import { ApiDocument, type Operation, type Schema } from '../support/api-document';
import { startApp, type TestApp } from '../support/app';
import { dump } from '../support/dump';
import type { TestOrganization } from '../support/organization';

/** Stands in everything that the other organization has. */
const THEIRS = 'belongs-to-the-others';

type Names = Record<string, string>;

/** What a field or parameter of this name names, by the name that it has in paths. */
const NAMED: Names = {
  event_id: 'eventId',
  ticket_class_id: 'ticketClassId',
  attendee_id: 'attendeeId',
  contact_id: 'contactId',
  payment_id: 'paymentId',
  barcode: 'barcode',
};

/** Every operation of the document, so that a new one cannot be forgotten. */
describe("Another organization's things", () => {
  let app: TestApp;
  let organization: TestOrganization;
  let other: TestOrganization;
  let operations: Operation[];
  let document: ApiDocument;
  let ours: Names;
  let theirs: Names;
  const unknown: Names = {
    eventId: newId('event'),
    ticketClassId: newId('ticketClass'),
    attendeeId: newId('attendee'),
    contactId: newId('contact'),
    paymentId: newId('payment'),
    apiKeyId: newId('apiKey'),
    webhookEndpointId: newId('webhookEndpoint'),
    deliveryId: newId('webhookDelivery'),
    barcode: '7K3QX9M2V5RT8WJH4C6P',
  };

  beforeAll(async () => {
    // Nothing but the requests changes anything.
    app = await startApp({ WORKER: 'off' });
    organization = await app.organization();
    other = await app.organization();
    ours = await namesIn(organization, 'ours');
    theirs = await namesIn(other, THEIRS);
    document = await ApiDocument.of(app.url);
    ({ operations } = document);
  });
  afterAll(() => app.close());

  it('cannot be told from what does not exist, in any place of any path', async () => {
    const before = await rowsOf(other);
    let attempts = 0;
    for (const operation of operations) {
      const places = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      for (const foreign of subsets(places).filter((subset) => subset.length > 0)) {
        const answers = await Promise.all(
          [theirs, unknown].map((strange) => {
            const names = { ...ours, ...Object.fromEntries(foreign.map((name) => [name, strange[name]!])) };
            return answerTo(operation, names, bodyOf(operation));
          }),
        );
        expect([operation.path, foreign, answers[0]!.status]).toEqual([operation.path, foreign, 404]);
        expect(answers[0]).toEqual(answers[1]);
        attempts++;
      }
    }
    expect(attempts).toBeGreaterThan(30);
    expect(await rowsOf(other)).toEqual(before);
  });

  it('cannot be told from what does not exist, in any field of any body and any query', async () => {
    const before = await rowsOf(other);
    const attempted: string[] = [];
    for (const operation of operations) {
      const fields = document.resolve(operation.body?.schema ?? {}).properties ?? {};
      const parameters = operation.parameters.filter((parameter) => parameter.in === 'query');
      for (const name of [...Object.keys(fields), ...parameters.map((parameter) => parameter.name)]) {
        const thing = NAMED[name];
        if (!thing) continue;
        const answers = await Promise.all(
          [theirs, unknown].map(({ [thing]: value }) =>
            fields[name]
              ? answerTo(operation, ours, { ...neededBy(operation), [name]: value })
              : answerTo(operation, ours, undefined, `?${name}=${value}`),
          ),
        );
        expect([operation.path, name, answers[0]]).toEqual([operation.path, name, answers[1]]);
        expect(answers[0]!.text).not.toContain(THEIRS);
        attempted.push(`${operation.method} ${operation.path} ${name}`);
      }
    }
    expect(attempted).toEqual(
      expect.arrayContaining([
        'POST /api/v1/events/{eventId}/attendees ticket_class_id',
        'POST /api/v1/events/{eventId}/check-ins attendee_id',
        'POST /api/v1/events/{eventId}/check-ins barcode',
        'GET /api/v1/events/{eventId}/attendees contact_id',
        'GET /api/v1/payments event_id',
      ]),
    );
    expect(await rowsOf(other)).toEqual(before);
  });

  it('are in no list', async () => {
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
      const { status, text } = await answerTo(operation, ours);
      expect([operation.path, status]).toEqual([operation.path, 200]);
      expect([operation.path, text.includes(THEIRS), text.includes(other.id)]).toEqual([
        operation.path,
        false,
        false,
      ]);
    }
  });

  async function answerTo({ method, path, body }: Operation, names: Names, content?: object, query = '') {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => names[name]!) + query;
    const answer = await fetch(app.url + filled, {
      method,
      headers: {
        'X-API-KEY': organization.client.apiKey!,
        'X-Request-Id': 'same',
        ...(body && { 'Content-Type': body.type }),
      },
      body: body?.type === 'text/csv' ? 'email\nada@example.org\n' : content && JSON.stringify(content),
    });
    return { status: answer.status, text: await answer.text() };
  }

  /** As little as the operation needs, and at least one field, with ids of ours. */
  function bodyOf(operation: Operation): Record<string, unknown> | undefined {
    const properties = document.resolve(operation.body?.schema ?? {}).properties;
    if (!properties) return undefined;
    const needed = neededBy(operation);
    if (Object.keys(needed).length > 0) return needed;
    const [first] = Object.entries(properties);
    return first ? { [first[0]]: valueOf(...first) } : {};
  }

  function neededBy({ body }: Operation): Record<string, unknown> {
    const { required = [], properties = {} } = document.resolve(body?.schema ?? {});
    return Object.fromEntries(required.map((name) => [name, valueOf(name, properties[name]!)]));
  }

  function valueOf(name: string, schema: Schema): unknown {
    return NAMED[name] ? ours[NAMED[name]] : document.sample(schema);
  }

  /** Everything in the database that belongs to an organization, but when its keys were used. */
  async function rowsOf({ id }: TestOrganization): Promise<string[]> {
    const lines = (await dump(app.database)).split('\n');
    return lines.filter((line) => line.includes(id) && !line.startsWith('api_keys')).sort();
  }
});

/** One of everything that a request can name. */
async function namesIn(owner: TestOrganization, mark: string): Promise<Names> {
  const event = await owner.event({ name: mark, description: mark });
  const contact = { email: `${mark}@example.org`, first_name: mark, last_name: mark };
  const { data, payment_id } = await owner.issue(event, { contact });
  const { body: key } = await owner.client
    .post('/api-keys', { name: mark, scopes: ['events:read'] })
    .expect(201);
  const endpoint = await owner.webhookEndpoint({ url: 'http://127.0.0.1:1024/', description: mark });
  const { body: test } = await owner.client.post(`/webhook-endpoints/${endpoint.id}/test`).expect(202);
  return {
    eventId: event.id,
    ticketClassId: event.ticketClass.id,
    attendeeId: data[0]!.id,
    contactId: data[0]!.contact_id,
    paymentId: payment_id,
    apiKeyId: key.id as string,
    webhookEndpointId: endpoint.id,
    deliveryId: test.id as string,
    barcode: data[0]!.barcode,
  };
}

function subsets<T>(items: T[]): T[][] {
  return items.reduce<T[][]>((all, item) => [...all, ...all.map((subset) => [...subset, item])], [[]]);
}
