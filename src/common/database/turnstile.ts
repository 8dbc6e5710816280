import { ServiceUnavailable } from '../errors/request.errors';

/** As long as one waits for a connection of the pool. */
const PATIENCE_MS = 5_000;

interface Waiting {
  enter(): void;
  timer: NodeJS.Timeout;
}

interface Place {
  inside: number;
  line: Waiting[];
}

/**
 * Lets so many in at a time for each key. The others stand in line and hold nothing meanwhile: those who wait for a lock
 * that somebody keeps would otherwise hold all connections, and nobody else could do anything.
 */
export class Turnstile {
  private readonly places = new Map<string, Place>();

  constructor(
    private readonly mostInside: number,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /** @throws ServiceUnavailable when the line does not get on */
  async pass<T>(key: string, work: () => Promise<T>): Promise<T> {
    const place = this.placeOf(key);
    await this.enter(place);
    try {
      return await work();
    } finally {
      this.leave(key, place);
    }
  }

  private placeOf(key: string): Place {
    const known = this.places.get(key);
    if (known) return known;
    const place: Place = { inside: 0, line: [] };
    this.places.set(key, place);
    return place;
  }

  private enter(place: Place): Promise<void> | undefined {
    if (place.inside < this.mostInside) {
      place.inside++;
      return undefined;
    }
    return new Promise((enter, reject) => {
      const timer = setTimeout(() => {
        place.line = place.line.filter((one) => one.timer !== timer);
        reject(new ServiceUnavailable());
      }, this.patienceMs);
      place.line.push({ enter, timer });
    });
  }

  /** Whoever is next takes over the place of the one who leaves. */
  private leave(key: string, place: Place): void {
    const next = place.line.shift();
    if (next) {
      clearTimeout(next.timer);
      next.enter();
    } else if (--place.inside === 0) this.places.delete(key);
  }
}
