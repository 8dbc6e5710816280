import { IN_HAND } from './fair-shares';

/** It waits, its time has come, and nobody has it in hand. */
const AVAILABLE = `d.status = 'pending' AND d.next_attempt_at <= now()
  AND (d.leased_until IS NULL OR d.leased_until <= now())`;

/** Of the endpoint `e`, as many as it has places. */
const nextOfEndpoint = (kind: 'd.by_hand' | 'NOT d.by_hand') => `
        SELECT d.id, d.next_attempt_at, d.by_hand FROM webhook_deliveries d
        WHERE (d.organization_id, d.endpoint_id) = (e.organization_id, e.id) AND ${kind} AND ${AVAILABLE}
        ORDER BY d.next_attempt_at LIMIT places.free`;

/**
 * The next `$1` deliveries to try, locked. The turn of each is how many its organization has in hand with it, those of
 * endpoints that fail counted apart; lower turns come first, so who has little in hand does not wait for who has much.
 * Then comes who has waited longest: since the delivery's time has come, or when its endpoint fails, since that failed last.
 * So those take turns; by the deliveries' times an old backlog would keep the others waiting until it is through. Each
 * endpoint gets first what somebody asked for, then what is oldest.
 *
 * No more is locked than is taken: a relay that looks at the same moment finds the same turns, and takes what is left.
 */
export const NEXT_DELIVERIES = `
  WITH in_hand AS (
    -- Those of endpoints that were deleted meanwhile too.
    SELECT d.organization_id, d.endpoint_id, e.failing_since IS NOT NULL AS failing, count(*) AS deliveries
    FROM webhook_deliveries d
    LEFT JOIN webhook_endpoints e ON (e.organization_id, e.id) = (d.organization_id, d.endpoint_id)
    WHERE d.leased_until > now()
    GROUP BY d.organization_id, d.endpoint_id, failing
  ), in_hand_of_organization AS (
    SELECT organization_id, coalesce(sum(deliveries) FILTER (WHERE NOT failing), 0) AS of_working,
      coalesce(sum(deliveries) FILTER (WHERE failing), 0) AS of_failing
    FROM in_hand GROUP BY organization_id
  ), waiting AS (
    SELECT e.organization_id, e.failing_since IS NOT NULL AS failing, next.id,
      coalesce(CASE WHEN e.failing_since IS NOT NULL THEN e.last_failure_at END, next.next_attempt_at) AS since,
      coalesce(in_hand.deliveries, 0) + next.position AS turn_of_endpoint
    FROM webhook_endpoints e
    LEFT JOIN in_hand ON (in_hand.organization_id, in_hand.endpoint_id) = (e.organization_id, e.id)
    CROSS JOIN LATERAL (
      SELECT greatest(0, CASE WHEN e.failing_since IS NULL THEN ${IN_HAND.ofEndpoint}
                         ELSE ${IN_HAND.ofFailingEndpoint} END - coalesce(in_hand.deliveries, 0)) AS free
    ) AS places
    CROSS JOIN LATERAL (
      SELECT id, next_attempt_at, row_number() OVER (ORDER BY by_hand DESC, next_attempt_at) AS position
      FROM ((${nextOfEndpoint('d.by_hand')}
      ) UNION ALL (${nextOfEndpoint('NOT d.by_hand')}
      )) AS of_endpoint
      ORDER BY position LIMIT places.free
    ) AS next
    WHERE e.disabled_at IS NULL
  ), in_turn AS (
    -- What exceeds its own places, as an endpoint has just failed or recovered, takes from the others.
    SELECT waiting.*, row_number() OVER (
      PARTITION BY organization_id, failing ORDER BY turn_of_endpoint, since
    ) + coalesce(CASE WHEN failing THEN of_failing + greatest(0, of_working - ${IN_HAND.ofOrganization})
                 ELSE of_working + greatest(0, of_failing - ${IN_HAND.ofFailingInOrganization}) END, 0) AS turn
    FROM waiting LEFT JOIN in_hand_of_organization USING (organization_id)
  ), next AS (
    SELECT * FROM in_turn WHERE NOT failing AND turn <= ${IN_HAND.ofOrganization}
    UNION ALL (
      SELECT * FROM in_turn WHERE failing AND turn <= ${IN_HAND.ofFailingInOrganization}
      ORDER BY turn, since
      LIMIT greatest(0, ${IN_HAND.ofAllFailing} - (SELECT coalesce(sum(deliveries), 0) FROM in_hand WHERE failing))
    )
  )
  SELECT d.organization_id AS "organizationId", d.id, d.type
  FROM (SELECT * FROM next ORDER BY turn, since) AS next
  JOIN webhook_deliveries d ON (d.organization_id, d.id) = (next.organization_id, next.id)
  WHERE ${AVAILABLE}
  ORDER BY next.turn, next.since
  LIMIT $1
  FOR NO KEY UPDATE OF d SKIP LOCKED`;
