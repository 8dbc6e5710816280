import { dump } from '../support/dump';
import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';

describe('The nonce of a check-in', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  it('gets the first answer again, and nothing is done twice', async () => {
    const event = await organization.event();
    const { id, barcode } = await organization.issueOne(event);
    const first = await organization.scan(event, { barcode, nonce: 'n' }).expect(200);
    await organization.changeAttendee(event, id, { status: 'valid' }).expect(200);

    const again = await organization.scan(event, { barcode, nonce: 'n' }).expect(200);

    expect(again.text).toBe(first.text);
    expect((await organization.attendee(event, id)).status).toBe('valid');
  });

  it('gets a refusal again, even when the scan would be let in by now', async () => {
    const event = await organization.event();
    const { id, barcode } = await organization.issueOne(event, { status: 'checked_in' });
    const late = await organization.issueOne(event, { status: 'pending_approval' });
    const already = await organization.scan(event, { barcode, nonce: 'already' }).expect(409);
    const invalid = await organization.scan(event, { barcode: late.barcode, nonce: 'invalid' }).expect(422);
    const unknown = await organization.scan(event, { barcode: '0', nonce: 'unknown' }).expect(404);
    await organization.changeAttendee(event, id, { status: 'valid' }).expect(200);
    await organization.changeAttendee(event, late.id, { status: 'valid' }).expect(200);

    for (const [body, first] of [
      [{ barcode, nonce: 'already' }, already],
      [{ barcode: late.barcode, nonce: 'invalid' }, invalid],
      [{ barcode: '0', nonce: 'unknown' }, unknown],
    ] as const) {
      const again = await organization.scan(event, body).expect(first.status);
      expect(again.text).toBe(first.text);
    }
    await organization.scan(event, { barcode }).expect(200);
    await organization.scan(event, { barcode: late.barcode }).expect(200);
  });

  it('belongs to one ticket', async () => {
    const event = await organization.event();
    const { data } = await organization.issue(event, { quantity: 2 });
    await organization.scan(event, { barcode: data[0]!.barcode, nonce: 'n' }).expect(200);
    const { body } = await organization.scan(event, { barcode: data[1]!.barcode, nonce: 'n' }).expect(422);
    expect(body.code).toBe('nonce_reused');
    await organization.scan(event, { barcode: data[1]!.barcode, nonce: 'N' }).expect(200);
  });

  it('belongs to one event', async () => {
    const [event, other] = [await organization.event(), await organization.event()];
    await organization
      .scan(event, { barcode: (await organization.issueOne(event)).barcode, nonce: 'n' })
      .expect(200);
    await organization
      .scan(other, { barcode: (await organization.issueOne(other)).barcode, nonce: 'n' })
      .expect(200);
  });

  it('gets the one answer however many retries come at once', async () => {
    const event = await organization.event();
    const { id, barcode } = await organization.issueOne(event);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => organization.scan(event, { barcode, nonce: 'n' })),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(200);
    expect((await organization.history(event, id)).data).toHaveLength(1);
  });

  it('of two scanners lets one of them in, and tells each retry what it was told', async () => {
    const event = await organization.event();
    const { barcode } = await organization.issueOne(event);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        organization.scan(event, { barcode, nonce: `gate ${index % 2}` }),
      ),
    );
    const byGate = [0, 1].map((gate) => answers.filter((_, index) => index % 2 === gate));
    for (const gate of byGate) expect(new Set(gate.map(({ text }) => text)).size).toBe(1);
    expect(byGate.map(([first]) => first!.status).sort()).toEqual([200, 409]);
  });

  it('works beside an Idempotency-Key, refusals included', async () => {
    const event = await organization.event();
    const { barcode } = await organization.issueOne(event, { status: 'checked_in' });
    const body = { barcode, nonce: 'n' };
    const first = await organization.scan(event, body, 'key').expect(409);
    const replay = await organization.scan(event, body, 'key').expect(409);
    const other = await organization.scan(event, body, 'another key').expect(409);
    const bare = await organization.scan(event, body).expect(409);
    for (const answer of [replay, other, bare]) expect(answer.text).toBe(first.text);
    expect(replay.headers['idempotent-replay']).toBe('true');
    expect(bare.headers['idempotent-replay']).toBeUndefined();
    const { body: reused } = await organization
      .scan(event, { barcode: '0', nonce: 'n' }, 'third key')
      .expect(422);
    expect(reused.code).toBe('nonce_reused');
  });

  it('is not used up by a request that is refused as a whole', async () => {
    const event = await organization.event();
    const { barcode } = await organization.issueOne(event);
    await organization.scan(event, { barcode, nonce: 'n', scanned_at: '2999-01-01T00:00:00Z' }).expect(400);
    await organization.scan(event, { barcode, nonce: 'n' }).expect(200);
  });

  it('is told that the answer is gone when the person was erased', async () => {
    const event = await organization.event();
    const person = { email: 'zyx.erased@example.org', first_name: 'Zyxerased' };
    const { id, barcode, contact_id } = await organization.issueOne(event, { contact: person });
    await organization.scan(event, { barcode, nonce: 'first' }).expect(200);
    await organization.scan(event, { barcode, nonce: 'second' }).expect(409);
    expect(await dump(app.database)).toMatch(/zyxerased/i);

    await organization.client.delete(`/contacts/${contact_id}`).expect(200);

    expect(await dump(app.database)).not.toMatch(/zyxerased|zyx\.erased/i);
    for (const nonce of ['first', 'second']) {
      const { body } = await organization.scan(event, { barcode, nonce }).expect(410);
      expect(body.code).toBe('answer_erased');
    }
    const { body } = await organization.scan(event, { attendee_id: id }).expect(409);
    expect(body.details.attendee).toMatchObject({ id, email: null, first_name: null });
  });

  it('leaves nothing of a person who is erased while a retry is being answered', async () => {
    const event = await organization.event();
    const person = { email: 'qvx.erased@example.org', first_name: 'Qvxerased' };
    const { barcode, contact_id } = await organization.issueOne(event, { contact: person });
    const body = { barcode, nonce: 'n' };
    const first = await organization.scan(event, body).expect(200);
    // The retry has read the answer and cannot store its own, as somebody else may be storing one.
    const release = await app.database.hold(
      `INSERT INTO idempotency_records (organization_id, api_key_id, key, fingerprint, status, expires_at)
       SELECT organization_id, id, 'retry', '', 200, now() FROM api_keys WHERE organization_id = $1`,
      [organization.id],
    );
    const retry = organization.scan(event, body, 'retry').then();
    await app.database.untilBlocked();
    const erasure = organization.client.delete(`/contacts/${contact_id}`).expect(200).then();
    await Promise.race([erasure, app.database.untilBlocked(2)]);
    await release();

    await erasure;
    expect((await retry).text).toBe(first.text);
    expect(await dump(app.database)).not.toMatch(/qvxerased|qvx\.erased/i);
    expect((await organization.scan(event, body, 'retry').expect(410)).body.code).toBe('answer_erased');
  });
});
