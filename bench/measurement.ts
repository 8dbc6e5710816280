/** One contestant in one scenario in one round. */
export interface Measurement {
  /** Answered requests per second. */
  rate: number;
  /** Milliseconds. */
  latency: { p50: number; p99: number; p999: number };
  /** Requests without an answer or with another one than the right one. */
  errors: number;
  /** CPU time per request in microseconds: the contestant's process, PostgreSQL, and the load generator. */
  nodeCpu: number;
  postgresCpu: number;
  loadCpu: number;
  /** Resident memory of the contestant's process in megabytes, right after. */
  memory: number;
  /** Part of the machine's CPU that was busy with something else, from 0 to 1. A quiet machine is below 0.1. */
  others: number;
  /** What was found wrong in the database afterwards. */
  faults: string[];
}
