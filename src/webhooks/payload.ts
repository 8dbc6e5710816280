/** The body of a webhook, as the Standard Webhooks specification recommends it. */
export function payloadOf(type: string, timestamp: Date, data: object): string {
  return JSON.stringify({ type, timestamp: timestamp.toISOString(), data });
}
