/**
 * Ids are numbers, which sort by age like those that Usher makes. `$1` is the organization. Frequent values come first in
 * their lists: a square of something random falls on them more often.
 */

/** $2 people, $3 and $4 first and last names by culture, $5 syllables, $6 domains, $7 tags. */
export const CONTACTS = `
  WITH dice AS MATERIALIZED (
    SELECT n, 1 + floor(cardinality($5::text[]) * random())::int AS s1,
           1 + floor(cardinality($5) * random())::int AS s2, 1 + floor(cardinality($5) * random())::int AS s3,
           1 + floor(array_length($3::text[][], 1) * random() ^ 2)::int AS culture,
           1 + floor(array_length($3, 2) * random() ^ 2)::int AS first,
           1 + floor(array_length($3, 2) * random() ^ 2)::int AS last,
           1 + floor(cardinality($6::text[]) * random() ^ 2)::int AS domain,
           1 + floor(cardinality($7::text[]) * random() ^ 2)::int AS tag,
           random() AS rare, random() AS known
    FROM generate_series(1, $2::int) AS n
  ), named AS (
    SELECT *, ($3::text[][])[culture][first] AS first_name,
           CASE WHEN rare < 0.3 THEN initcap($5[s1] || $5[s2] || $5[s3]) ELSE ($4::text[][])[culture][last] END AS last_name,
           now() - ($2 - n) * interval '150 days' / $2 AS at
    FROM dice
  )
  INSERT INTO contacts (organization_id, id, email, first_name, last_name, phone_number, company, tags, created_at,
                        updated_at)
  SELECT $1, 'con_' || lpad(n::text, 26, '0'),
         concat_ws('.', nullif(regexp_replace(lower(first_name), '[^a-z]', '', 'g'), ''),
                   nullif(regexp_replace(lower(last_name), '[^a-z]', '', 'g'), ''), n) || '@' || $6[domain],
         CASE WHEN known < 0.95 THEN first_name END, CASE WHEN known < 0.9 THEN last_name END,
         CASE WHEN known < 0.3 THEN '+4915' || lpad(n::text, 9, '0') END,
         CASE WHEN known < 0.1 THEN initcap($5[s3] || $5[s1]) || ' Ltd' END,
         CASE WHEN known < 0.1 THEN ARRAY[$7[tag]] ELSE '{}' END, at, at
  FROM named ORDER BY n`;

/** $2 event, $3 people. Six orders for ten tickets; most contacts that order do it once, some of the first often. */
export const PAYMENTS = `
  INSERT INTO payments (organization_id, id, event_id, contact_id, token, created_at)
  SELECT $1, 'pay_' || lpad(n::text, 26, '0'), $2,
         'con_' || lpad((1 + (n * 7919::bigint) % CASE WHEN n % 20 = 0 THEN $3::int / 10 ELSE $3 END)::text, 26, '0'),
         md5(random()::text || n), now() - ($3 * 6 / 10 - n) * interval '120 days' / ($3 * 6 / 10)
  FROM generate_series(1, $3 * 6 / 10) AS n`;

/** $2 event, $3 people, $4 ticket classes. Those who are checked in came within the last six hours. */
export const TICKETS = `
  WITH dice AS MATERIALIZED (
    SELECT n, (n - 1) / 10 * 6 + ('{1,2,3,3,4,5,5,5,6,6}'::int[])[1 + (n - 1) % 10] AS order_number,
           random() AS status, random() AS class, random() AS method, random() AS late
    FROM generate_series(1, $3::int) AS n
  ), tickets AS (
    SELECT *, CASE WHEN status < 0.7 THEN 'valid' WHEN status < 0.9 THEN 'checked_in'
                   WHEN status < 0.94 THEN 'pending_approval' WHEN status < 0.97 THEN 'invited'
                   WHEN status < 0.99 THEN 'rejected' ELSE 'deleted' END AS state
    FROM dice
  )
  INSERT INTO attendees (organization_id, id, event_id, ticket_class_id, contact_id, payment_id, status, payment_method,
                         barcode, checked_in_at, created_at, updated_at)
  SELECT $1, 'tkt_' || lpad(n::text, 26, '0'), $2, ($4::text[])[CASE WHEN class < 0.8 THEN 1 ELSE 2 END], p.contact_id,
         p.id, state, CASE WHEN method < 0.6 THEN 'cash' WHEN method < 0.8 THEN 'external' ELSE 'free' END,
         left(upper(md5(random()::text || n)), 20), c.at, p.created_at, coalesce(c.at, p.created_at)
  FROM tickets
  JOIN payments p ON p.organization_id = $1 AND p.id = 'pay_' || lpad(order_number::text, 26, '0')
  CROSS JOIN LATERAL (SELECT CASE state WHEN 'checked_in' THEN now() - late * interval '6 hours' END AS at) AS c
  ORDER BY n`;

/** $2 event, $3 API key. */
export const HISTORY = `
  INSERT INTO attendee_status_changes (organization_id, attendee_id, id, from_status, to_status, api_key_id, created_at)
  SELECT organization_id, id, 'chg' || substr(id, 4), CASE status WHEN 'rejected' THEN 'pending_approval' ELSE 'valid' END,
         status, $3, updated_at
  FROM attendees
  WHERE organization_id = $1 AND event_id = $2 AND status IN ('checked_in', 'rejected', 'deleted')`;

/** $2 event. */
export const COUNTERS = [
  `UPDATE ticket_classes c SET quantity_sold = t.sold, quantity_pending = t.pending
   FROM (
     SELECT ticket_class_id, count(*) FILTER (WHERE status IN ('valid', 'checked_in')) AS sold,
            count(*) FILTER (WHERE status = 'pending_approval') AS pending
     FROM attendees WHERE organization_id = $1 AND event_id = $2 GROUP BY ticket_class_id
   ) AS t
   WHERE c.organization_id = $1 AND c.id = t.ticket_class_id`,
  `UPDATE events e SET tickets_sold = t.sold, tickets_pending = t.pending
   FROM (
     SELECT sum(quantity_sold) AS sold, sum(quantity_pending) AS pending
     FROM ticket_classes WHERE organization_id = $1 AND event_id = $2
   ) AS t
   WHERE e.organization_id = $1 AND e.id = $2`,
];
