export const RESOURCES = [
  'events',
  'ticket_classes',
  'attendees',
  'contacts',
  'payments',
  'webhooks',
  'api_keys',
] as const;

export type Resource = (typeof RESOURCES)[number];
export type Scope = `${Resource}:${'read' | 'write'}`;

export const ALL_SCOPES: readonly Scope[] = RESOURCES.flatMap(
  (resource) => [`${resource}:read`, `${resource}:write`] as const,
);

/** Writing implies reading. */
export function grants(held: readonly string[], wanted: Scope): boolean {
  return held.includes(wanted) || held.includes(wanted.replace(/:read$/, ':write'));
}
