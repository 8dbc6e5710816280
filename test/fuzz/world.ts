import type { TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';
import type { Random } from '../support/random';

/** Stands in everything that the other organization has, so that no answer can show any of it unnoticed. */
export const OTHERS = 'belongs-to-the-others';

const ID = /\b(evt|tcl|con|tkt|pay|key|whk|dlv)_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g;
const BARCODE = /"barcode":"([0-9A-Z]{20})"/g;
const CURSOR = /"next_cursor":"([\w-]+)"/g;
const UNKNOWN = '01k5x9a3v8e6rr4c1m2n3p4q5s';

/** Most of each kind that are remembered: enough to choose from, few enough that choices meet. */
const REMEMBERED = 24;

/** What requests can speak of: the organization that sends them, and another one that must not notice. */
export class World {
  private readonly known = new Map<string, string[]>();
  private readonly theirs = new Map<string, string[]>();

  /** Events that have tickets from the beginning. */
  private readonly events: string[] = [];

  private constructor(
    readonly organization: TestOrganization,
    readonly other: TestOrganization,
    /** An id of the key that requests are sent with, which no request may revoke. */
    private readonly ownKeyId: string,
    /** A key that may read events and nothing else. */
    readonly narrowKey: string,
  ) {}

  static async create(app: TestApp): Promise<World> {
    const [organization, other] = [await app.organization(), await app.organization()];
    const { body: me } = await organization.client.get('/me').expect(200);
    const narrow = await organization.clientWith('events:read');
    const world = new World(organization, other, me.api_key.id as string, narrow.apiKey!);
    for (const capacity of [0, 5, 60]) {
      const event = await organization.event({ capacity });
      world.events.push(event.id);
      for (const status of ['valid', 'invited', 'pending_approval']) {
        const contact = { email: `${status}.${capacity}@example.org`, first_name: 'Ada' };
        world.learn(JSON.stringify(await organization.issue(event, { contact, status })), event.id);
      }
    }
    await world.meet(other);
    return world;
  }

  private async meet(other: TestOrganization): Promise<void> {
    const event = await other.event({ name: OTHERS, description: OTHERS });
    const contact = { email: `${OTHERS}@example.org`, first_name: OTHERS, last_name: OTHERS };
    const issued = await other.issue(event, { contact, quantity: 3 });
    const made = await other.client.post('/api-keys', { name: OTHERS, scopes: ['events:read'] }).expect(201);
    const text = JSON.stringify([issued, made.body.id]);
    remember(this.theirs, text, event.id, () => true);
  }

  /** Takes note of the ids in an answer, those of an event's tickets and classes with the event. */
  learn(answer: string, eventId: string | undefined): void {
    remember(this.known, answer, eventId, (id) => id !== this.ownKeyId);
  }

  /** No request need speak of it any more. */
  forget(id: string): void {
    for (const [place, ids] of this.known) {
      const kept = ids.filter((one) => one !== id);
      if (kept.length > 0) this.known.set(place, kept);
      else this.known.delete(place);
    }
  }

  /** Mostly one of the events that have tickets from the beginning. */
  event(random: Random): string {
    return random.chance(0.7) ? random.pick(this.events) : this.own(random, 'evt');
  }

  /** An id of this kind: ours, of the event if that has any, or else an unknown one. */
  own(random: Random, kind: string, eventId?: string): string {
    const ids = this.known.get(`${eventId} ${kind}`) ?? this.known.get(kind);
    return ids ? random.pick(ids) : `${kind}_${UNKNOWN}`;
  }

  /** An id of this kind that the other organization has. */
  others(random: Random, kind: string): string {
    return random.pick(this.theirs.get(kind) ?? [`${kind}_${UNKNOWN}`]);
  }

  unknown(kind: string): string {
    return `${kind}_${UNKNOWN}`;
  }
}

function remember(
  ids: Map<string, string[]>,
  text: string,
  eventId: string | undefined,
  wanted: (id: string) => boolean,
): void {
  const found: [kind: string, id: string][] = [
    ...[...text.matchAll(ID)].map(([id, kind]): [string, string] => [kind!, id]),
    ...[...text.matchAll(BARCODE)].map(([, barcode]): [string, string] => ['barcode', barcode!]),
    ...[...text.matchAll(CURSOR)].map(([, cursor]): [string, string] => ['cursor', cursor!]),
  ];
  for (const [kind, id] of found.filter(([, id]) => wanted(id))) {
    for (const place of [kind, `${eventId} ${kind}`]) {
      const former = (ids.get(place) ?? []).filter((one) => one !== id);
      ids.set(place, [...former, id].slice(-REMEMBERED));
    }
  }
}
