import type { ApiDocument, Schema } from '../support/api-document';
import type { Random } from '../support/random';
import type { World } from './world';

/** Ids that are told by the name of their field where the document has no example of them. */
const KIND_OF_FIELD: Record<string, string> = {
  event_id: 'evt',
  ticket_class_id: 'tcl',
  contact_id: 'con',
  attendee_id: 'tkt',
  payment_id: 'pay',
  barcode: 'barcode',
  cursor: 'cursor',
};

/** Makes values that the document allows, and that mean something: ids that exist, people who come again. */
export class ValidValues {
  constructor(
    private readonly document: ApiDocument,
    private readonly world: World,
    private readonly random: Random,
    /** The event of the request, whose ids are meant. */
    private readonly eventId: string | undefined,
  ) {}

  of(given: Schema, name: string): unknown {
    const schema = this.document.resolve(given);
    if (schema.nullable && this.random.chance(0.1)) return null;
    if (schema.enum) return this.random.pick(schema.enum);
    switch (schema.type) {
      case 'object':
        return this.object(schema);
      case 'array':
        return [...new Set(this.several(() => this.of(schema.items ?? {}, name)))];
      case 'boolean':
        return this.random.chance(0.5);
      case 'integer':
      case 'number':
        return this.number(schema);
      default:
        return this.text(schema, name);
    }
  }

  private object({ properties = {}, required = [] }: Schema): Record<string, unknown> {
    const chosen = Object.entries(properties).filter(
      ([name]) => required.includes(name) || this.random.chance(0.4),
    );
    return Object.fromEntries(chosen.map(([name, schema]) => [name, this.of(schema, name)]));
  }

  private several<T>(make: () => T): T[] {
    return Array.from({ length: this.random.integer(1, 3) }, make);
  }

  /** Mostly small, so that seats last for a while. */
  private number({ minimum = 0, maximum = 1_000, example }: Schema): number {
    if (this.random.chance(0.05)) return maximum;
    if (this.random.chance(0.2) && typeof example === 'number') return example;
    return Math.min(maximum, minimum + this.random.integer(0, 3));
  }

  private text({ format, example, maxLength = 100, minLength = 0 }: Schema, name: string): string {
    const kind = KIND_OF_FIELD[name] ?? /^([a-z]{3})_[0-9a-z]{26}$/.exec(String(example))?.[1];
    if (kind) return this.world.own(this.random, kind, this.eventId);
    if (name === 'email')
      return `${this.random.pick(['ada', 'bob', 'eve', 'üla'])}${this.random.integer(0, 9)}@example.org`;
    if (format === 'date-time') return new Date(this.random.integer(0, 4e9) * 1_000).toISOString();
    if (typeof example === 'string' && this.random.chance(0.93)) return example;
    return this.random.pick(['Ada', 'Žofie', '李', 'x']).padEnd(minLength, 'x').slice(0, maxLength);
  }
}
