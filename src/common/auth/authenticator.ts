import type { Caller } from './caller';

/** Tells who an API key belongs to. The organizations feature knows; the guard only asks. */
export abstract class Authenticator {
  /** Null for a key that is unknown, expired or revoked. */
  abstract authenticate(apiKey: string): Promise<Caller | null>;

  /** What `authenticate` said last, from memory: null also for a key that is not remembered. */
  abstract recall(apiKey: string): Caller | null;
}
