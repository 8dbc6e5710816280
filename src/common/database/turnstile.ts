import { type Limits, TurnstileGroup } from './turnstile-group';

/**
 * Lets so many of a group in at a time, and fewer that share a part of it. The others stand in line and hold nothing
 * meanwhile: those who wait for a lock that somebody keeps would otherwise hold all connections, and nobody else could do
 * anything. Whoever may come in passes by those who wait for their part.
 */
export class Turnstile {
  private readonly groups = new Map<string, TurnstileGroup>();

  constructor(private readonly limits: Limits) {}

  /**
   * @param unlessHeldUp stands in line only while it moves
   * @throws ServiceUnavailable when the line does not get on, Overloaded when it is too long as well, and LineHeldUp
   */
  async pass<T>(
    { group: name, part }: { group: string; part?: string },
    work: () => Promise<T>,
    { unlessHeldUp = false } = {},
  ): Promise<T> {
    const group = this.groups.get(name) ?? new TurnstileGroup(this.limits);
    this.groups.set(name, group);
    await group.enter(part, unlessHeldUp);
    const watch = group.watch(part);
    try {
      return await work();
    } finally {
      watch.end();
      group.leave(part);
      if (group.isEmpty) this.groups.delete(name);
    }
  }
}
