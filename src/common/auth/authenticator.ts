import type { Caller } from './caller';

/** Tells who an API key belongs to. The organizations feature knows; the guard only asks. */
export abstract class Authenticator {
  /** Null for a key that is unknown, expired or revoked. */
  abstract authenticate(apiKey: string): Promise<Caller | null>;
}
