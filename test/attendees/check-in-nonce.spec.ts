import { dump } from '../support/dump';
import { startApp, type TestApp } from '../support/app';
import { type TestEvent, type TestOrganization } from '../support/organization';

describe('The nonce of a check-in', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  const scan = (event: TestEvent, body: object, idempotencyKey?: string) =>
    organization.client.post(`/events/${event.id}/check-ins`, body, idempotencyKey);
  const setStatus = (event: TestEvent, id: string, status: string) =>
    organization.client.patch(`/events/${event.id}/attendees/${id}`, { status }).expect(200);
  const issueOne = async (event: TestEvent, fields: Record<string, unknown> = {}) =>
    (await organization.issue(event, fields)).data[0]!;

  it('gets the first answer again, and nothing is done twice', async () => {
    const event = await organization.event();
    const { id, barcode } = await issueOne(event);
    const first = await scan(event, { barcode, nonce: 'n' }).expect(200);
    await setStatus(event, id, 'valid');

    const again = await scan(event, { barcode, nonce: 'n' }).expect(200);

    expect(again.text).toBe(first.text);
    const { body } = await organization.client.get(`/events/${event.id}/attendees/${id}`).expect(200);
    expect(body.status).toBe('valid');
  });

  it('gets a refusal again, even when the scan would be let in by now', async () => {
    const event = await organization.event();
    const { id, barcode } = await issueOne(event, { status: 'checked_in' });
    const late = await issueOne(event, { status: 'pending_approval' });
    const already = await scan(event, { barcode, nonce: 'already' }).expect(409);
    const invalid = await scan(event, { barcode: late.barcode, nonce: 'invalid' }).expect(422);
    const unknown = await scan(event, { barcode: '0', nonce: 'unknown' }).expect(404);
    await setStatus(event, id, 'valid');
    await setStatus(event, late.id, 'valid');

    for (const [body, first] of [
      [{ barcode, nonce: 'already' }, already],
      [{ barcode: late.barcode, nonce: 'invalid' }, invalid],
      [{ barcode: '0', nonce: 'unknown' }, unknown],
    ] as const) {
      const again = await scan(event, body).expect(first.status);
      expect(again.text).toBe(first.text);
    }
    await scan(event, { barcode }).expect(200);
    await scan(event, { barcode: late.barcode }).expect(200);
  });

  it('belongs to one ticket', async () => {
    const event = await organization.event();
    const { data } = await organization.issue(event, { quantity: 2 });
    await scan(event, { barcode: data[0]!.barcode, nonce: 'n' }).expect(200);
    const { body } = await scan(event, { barcode: data[1]!.barcode, nonce: 'n' }).expect(422);
    expect(body.code).toBe('nonce_reused');
    await scan(event, { barcode: data[1]!.barcode, nonce: 'N' }).expect(200);
  });

  it('belongs to one event', async () => {
    const [event, other] = [await organization.event(), await organization.event()];
    await scan(event, { barcode: (await issueOne(event)).barcode, nonce: 'n' }).expect(200);
    await scan(other, { barcode: (await issueOne(other)).barcode, nonce: 'n' }).expect(200);
  });

  it('gets the one answer however many retries come at once', async () => {
    const event = await organization.event();
    const { id, barcode } = await issueOne(event);
    const answers = await Promise.all(Array.from({ length: 8 }, () => scan(event, { barcode, nonce: 'n' })));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(200);
    const { body } = await organization.client.get(`/events/${event.id}/attendees/${id}/history`).expect(200);
    expect(body.data).toHaveLength(1);
  });

  it('of two scanners lets one of them in, and tells each retry what it was told', async () => {
    const event = await organization.event();
    const { barcode } = await issueOne(event);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => scan(event, { barcode, nonce: `gate ${index % 2}` })),
    );
    const byGate = [0, 1].map((gate) => answers.filter((_, index) => index % 2 === gate));
    for (const gate of byGate) expect(new Set(gate.map(({ text }) => text)).size).toBe(1);
    expect(byGate.map(([first]) => first!.status).sort()).toEqual([200, 409]);
  });

  it('works beside an Idempotency-Key, refusals included', async () => {
    const event = await organization.event();
    const { barcode } = await issueOne(event, { status: 'checked_in' });
    const body = { barcode, nonce: 'n' };
    const first = await scan(event, body, 'key').expect(409);
    const replay = await scan(event, body, 'key').expect(409);
    const other = await scan(event, body, 'another key').expect(409);
    const bare = await scan(event, body).expect(409);
    for (const answer of [replay, other, bare]) expect(answer.text).toBe(first.text);
    expect(replay.headers['idempotent-replay']).toBe('true');
    expect(bare.headers['idempotent-replay']).toBeUndefined();
    const { body: reused } = await scan(event, { barcode: '0', nonce: 'n' }, 'third key').expect(422);
    expect(reused.code).toBe('nonce_reused');
  });

  it('is not used up by a request that is refused as a whole', async () => {
    const event = await organization.event();
    const { barcode } = await issueOne(event);
    await scan(event, { barcode, nonce: 'n', scanned_at: '2999-01-01T00:00:00Z' }).expect(400);
    await scan(event, { barcode, nonce: 'n' }).expect(200);
  });

  it('is told that the answer is gone when the person was erased', async () => {
    const event = await organization.event();
    const person = { email: 'zyx.erased@example.org', first_name: 'Zyxerased' };
    const { id, barcode, contact_id } = await issueOne(event, { contact: person });
    await scan(event, { barcode, nonce: 'first' }).expect(200);
    await scan(event, { barcode, nonce: 'second' }).expect(409);
    expect(await dump(app.database)).toMatch(/zyxerased/i);

    await organization.client.delete(`/contacts/${contact_id}`).expect(200);

    expect(await dump(app.database)).not.toMatch(/zyxerased|zyx\.erased/i);
    for (const nonce of ['first', 'second']) {
      const { body } = await scan(event, { barcode, nonce }).expect(410);
      expect(body.code).toBe('answer_erased');
    }
    const { body } = await scan(event, { attendee_id: id }).expect(409);
    expect(body.details.attendee).toMatchObject({ id, email: null, first_name: null });
  });
});
