/** Mail, which may wait for servers of others for as long as those like. */
export const EMAIL_QUEUE = 'email';

/** What wants to be told at once, and waits for nobody but the database. */
export const DOMAIN_EVENT_QUEUE = 'domain-events';

/** Each has a relay, a transport and places of its own, so that neither waits for the other. */
export const OUTBOX_QUEUES = [EMAIL_QUEUE, DOMAIN_EVENT_QUEUE] as const;
export type OutboxQueue = (typeof OUTBOX_QUEUES)[number];

/** In one process. Each holds a database connection while it lasts, and the smallest pool has four for all of them. */
export const DELIVERIES_AT_ONCE: Record<OutboxQueue, number> = { [EMAIL_QUEUE]: 2, [DOMAIN_EVENT_QUEUE]: 1 };
