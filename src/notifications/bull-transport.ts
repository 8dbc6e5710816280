import type { Queue } from 'bull';
import { inTime } from '../common/time/in-time';
import { type Parcel, type RowReference, Transport } from './transport';

/**
 * A job that a killed worker had taken is free again when its lock runs out and the next check finds it so: after about 20
 * seconds at most. Bull skips a check that comes within an interval of the last one, and by its timer every other may do
 * so by a hair. A worker renews its locks, and a false alarm does no harm: what is still open stands in the row.
 */
export const QUEUE_SETTINGS = { lockDuration: 10_000, stalledInterval: 5_000 };

const PORTION = 100;

/**
 * As many jobs as keep workers busy from one poll of the relay to the next; a few portions more when relays race. What
 * else waits does so in PostgreSQL, where it costs nothing: rows that are handed over are leased and handed over again
 * for as long as they wait.
 */
const MOST_WAITING = 1_000;

/** Bull waits for a connection as long as it takes; a hand-over holds row locks and must not, nor a relay that stops. */
const ANSWER_MS = 3_000;

/** Puts rows on a Bull queue, one job each. A processor here or in a worker delivers them. */
export class BullTransport extends Transport {
  /** Handing over again what still waits in the queue does nothing, so this is how long a loss may go unnoticed. */
  readonly leaseSeconds = 30;

  constructor(private readonly queue: Queue<RowReference>) {
    super();
    // Without a listener an unreachable Redis would end the process. The lag of the rows tells of it.
    queue.on('error', () => undefined);
  }

  /** Whole portions, because a row that is in the queue already takes no room there. */
  override async capacity(): Promise<number> {
    const waiting = await this.inTime(this.queue.getWaitingCount());
    return waiting < MOST_WAITING ? PORTION : 0;
  }

  override async handOver(parcels: readonly Parcel[]): Promise<void> {
    await this.inTime(this.enqueue(parcels));
  }

  /** Jobs are taken by other processes, so the next poll of the relay finds out. */
  override onCapacity(): void {
    // Nothing to listen to.
  }

  override onLoss(listener: () => void): void {
    // "ready" comes at first and whenever the connection is back, perhaps to a Redis that has forgotten everything.
    this.queue.client.on('ready', listener);
    if (this.queue.client.status === 'ready') listener();
  }

  override async drain(): Promise<void> {
    // Waits for the jobs at work, while there are still a database and a connection to Redis to end them with.
    await this.queue.close();
  }

  private async enqueue(parcels: readonly Parcel[]): Promise<void> {
    await Promise.all(parcels.map((parcel) => this.clear(parcel)));
    // Not addBulk, whose MULTI hides what becomes of each job; the commands share a round trip all the same.
    await Promise.all(parcels.map((parcel) => this.add(parcel)));
  }

  /**
   * Bull takes a job in two steps and notes in the second when. If Redis forgets everything in between, that note is all
   * there is: a job in no list, which nobody works and which would be in the way of the next one with its id for ever.
   */
  private async clear({ id }: Parcel): Promise<void> {
    const key = this.queue.toKey(id);
    const [data, processedOn] = await this.queue.client.hmget(key, 'data', 'processedOn');
    if (processedOn && !data) await this.queue.client.del(key);
  }

  private inTime<T>(work: Promise<T>): Promise<T> {
    return inTime(work, ANSWER_MS, 'Redis did not answer in time');
  }

  private add({ organizationId, id, type }: Parcel): Promise<unknown> {
    return this.queue.add(
      type,
      { organizationId, id },
      {
        // Adding a job that is there already does nothing, so a row handed over twice is queued once.
        jobId: id,
        // For attempts that end in an exception because the database is away. Those that the other side refuses are
        // noted in the row, which plans the next one.
        attempts: 5,
        backoff: { type: 'exponential', delay: 1_000 },
        // What has ended must not be in the way of the next job with its id.
        removeOnComplete: true,
        removeOnFail: true,
      },
    );
  }
}
