import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { inOneRoundTrip, NOTHING_TO_SEND, type Sent } from '../database/round-trip';
import { execute, givenRows, type Statement } from '../database/statements';
import type { DomainError } from '../errors/domain-error';
import { idsIn } from '../ids/ids';
import type { AnswerSeal } from './answer-seal';
import { AnswerErased, IdempotencyKeyReused, IdempotentRequestInProgress } from './idempotency.errors';
import type { StoredResponse } from './stored-response';

/** A request that carries an `Idempotency-Key`. */
export interface IdempotentRequest {
  organizationId: string;
  apiKeyId: string;
  key: string;
  fingerprint: string;
  /** Only for answers that hold a secret. */
  seal?: AnswerSeal;
}

/** What the store knows about a request before it is executed. */
export type Beginning =
  | { state: 'first' }
  | { state: 'in_progress' }
  | { state: 'reused' }
  | { state: 'erased' }
  | { state: 'done'; response: StoredResponse };

interface RecordRow {
  api_key_id: string;
  key: string;
  fingerprint: string;
  status: number;
  body: string | null;
}

const LOCK: Statement = {
  name: 'idempotency-lock',
  text: `SELECT pg_try_advisory_xact_lock(hash) AS granted FROM unnest($1::bigint[]) AS hash`,
};

const READ: Statement = {
  name: 'idempotency-read',
  text: `
    SELECT r.api_key_id, r.key, r.fingerprint, r.status, r.body
    FROM ${givenRows('text', 'text', 'text')} AS wanted (organization_id, api_key_id, key)
    JOIN idempotency_records r USING (organization_id, api_key_id, key)
    WHERE r.expires_at > now()`,
};

const KNOWS: Statement = {
  name: 'idempotency-knows',
  text: `
    SELECT FROM idempotency_records
    WHERE organization_id = $1 AND api_key_id = $2 AND key BETWEEN $3 AND $3 || '~' AND expires_at > now()
    LIMIT 1`,
};

/**
 * An expired record gives way to the new one. A living one cannot be there, as its advisory lock is held; were it, the
 * status of NULL would make the statement fail, and with it the transaction.
 */
const RECORD: Statement = {
  name: 'idempotency-record',
  text: `
    INSERT INTO idempotency_records
      (organization_id, api_key_id, key, fingerprint, status, body, contact_ids, created_at, expires_at)
    SELECT organization_id, api_key_id, key, fingerprint, status, body, string_to_array(contact_ids, ' '),
           now(), now() + interval '24 hours'
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text[])
      AS answers (organization_id, api_key_id, key, fingerprint, status, body, contact_ids)
    ON CONFLICT (organization_id, api_key_id, key) DO UPDATE
      SET fingerprint = excluded.fingerprint, body = excluded.body, contact_ids = excluded.contact_ids,
          status = CASE WHEN idempotency_records.expires_at <= now() THEN excluded.status END,
          created_at = excluded.created_at, expires_at = excluded.expires_at`,
};

/** The fingerprint goes too: it is a hash over what was said of the person. */
const FORGET: Statement = {
  name: 'idempotency-forget',
  text: `
    UPDATE idempotency_records SET fingerprint = '', body = NULL, contact_ids = '{}'
    WHERE organization_id = $1 AND contact_ids @> ARRAY[$2] AND contact_ids <> '{}'`,
};

/**
 * Stored answers by (API key, Idempotency-Key), as in the IETF draft "The Idempotency-Key HTTP Header Field".
 *
 * A key is claimed by an advisory lock that lives exactly as long as the transaction that does the work: a crash
 * releases it, and there is no "in progress" row that could outlive its process. The record is read after the lock
 * is granted, in a statement of its own: only that statement's snapshot is sure to see what the lock's last holder
 * committed.
 */
@Injectable()
export class IdempotencyStore {
  /** Claims the keys of `requests` and tells what is known of each, in their order. Keys must differ from one another. */
  async begin(manager: EntityManager, requests: readonly IdempotentRequest[]): Promise<Beginning[]> {
    if (requests.length === 0) return [];
    const [granted, rows] = await inOneRoundTrip(
      execute<{ granted: boolean }>(manager, LOCK, [requests.map(lockHash)]),
      execute<RecordRow>(manager, READ, [
        requests.map(({ organizationId }) => organizationId),
        requests.map(({ apiKeyId }) => apiKeyId),
        requests.map(({ key }) => key),
      ]),
    );
    const known = new Map(rows.map((row) => [identity(row.api_key_id, row.key), row]));
    return requests.map((request, index) => {
      const row = known.get(identity(request.apiKeyId, request.key));
      // Two retries at the same time: both get the answer, whichever of them has the lock.
      if (!row) return { state: granted[index]?.granted ? 'first' : 'in_progress' };
      if (row.body === null) return { state: 'erased' };
      if (row.fingerprint !== request.fingerprint) return { state: 'reused' };
      const body = request.seal ? request.seal.open(row.body) : row.body;
      return { state: 'done', response: { status: row.status, body, replayed: true } };
    });
  }

  /** Whether there is a stored answer whose key begins so. */
  async knowsAny(
    manager: EntityManager,
    { organizationId, apiKeyId }: Pick<IdempotentRequest, 'organizationId' | 'apiKeyId'>,
    beginning: string,
  ): Promise<boolean> {
    return (await execute(manager, KNOWS, [organizationId, apiKeyId, beginning])).length > 0;
  }

  /** Stores the answers for 24 hours. Must run in the transaction that `begin` ran in. */
  record(
    manager: EntityManager,
    answers: readonly { request: IdempotentRequest; response: StoredResponse }[],
  ): Sent<unknown> {
    if (answers.length === 0) return NOTHING_TO_SEND;
    return execute(manager, RECORD, [
      answers.map(({ request }) => request.organizationId),
      answers.map(({ request }) => request.apiKeyId),
      answers.map(({ request }) => request.key),
      answers.map(({ request }) => request.fingerprint),
      answers.map(({ response }) => response.status),
      answers.map(({ request: { seal }, response: { body } }) => (seal ? seal.close(body) : body)),
      answers.map(({ response }) => idsIn(response.body, 'contact').join(' ')),
    ]);
  }

  /**
   * Erases the answers that speak of a contact. Their keys stay used: a retry is told that its answer is gone, and
   * nothing is executed twice. An answer speaks of a contact when it names its id, so an answer that shows anything
   * personal must. Lock the contact before, and read contacts for answers only under a lock that an erasure waits for.
   */
  async forget(
    manager: EntityManager,
    { organizationId, id }: { organizationId: string; id: string },
  ): Promise<void> {
    await execute(manager, FORGET, [organizationId, id]);
  }
}

/** Why a request may not execute although it has no stored answer; undefined when it may. */
export function refusalOf({ state }: Beginning): DomainError | undefined {
  if (state === 'in_progress') return new IdempotentRequestInProgress();
  if (state === 'reused') return new IdempotencyKeyReused();
  if (state === 'erased') return new AnswerErased();
  return undefined;
}

/** Tells keys of different API keys apart, wherever a set or map of them is needed. */
export function identity(apiKeyId: string, key: string): string {
  return `${apiKeyId} ${key}`;
}

/** A signed 64-bit number, as `pg_try_advisory_xact_lock` takes it. */
function lockHash({ apiKeyId, key }: IdempotentRequest): string {
  return createHash('sha256').update(identity(apiKeyId, key)).digest().readBigInt64BE().toString();
}
