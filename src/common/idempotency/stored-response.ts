/** An answer as it goes over the wire and into the idempotency record: serialised once, sent and replayed as it is. */
export interface StoredResponse {
  status: number;
  /** JSON text. */
  body: string;
  replayed: boolean;
}

export function freshResponse(status: number, body: unknown): StoredResponse {
  return { status, body: JSON.stringify(body), replayed: false };
}
