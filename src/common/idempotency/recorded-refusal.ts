import type { StoredResponse } from './stored-response';

/** Carries a refusal that is (being) stored to the error filter, which sends its bytes as they are. */
export class RecordedRefusal extends Error {
  constructor(readonly response: StoredResponse) {
    super('The operation was refused');
  }
}
