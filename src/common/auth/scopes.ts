const RESOURCES = [
  'events',
  'ticket_classes',
  'attendees',
  'contacts',
  'payments',
  'webhooks',
  'api_keys',
] as const;

export type Scope = `${(typeof RESOURCES)[number]}:${'read' | 'write'}`;

interface ScopesOfResource {
  read: Scope;
  write: Scope;
}

const known = RESOURCES.flatMap((resource): Scope[] => [`${resource}:read`, `${resource}:write`]);

/** Grows while modules are loaded: what is made of it then must look again later. */
export const ALL_SCOPES: readonly Scope[] = known;

/**
 * Makes the scopes of a resource known that a module of its own brings.
 *
 * @example
 * export const LOYALTY = addResource('loyalty');
 * // in the controller: @RequireScope(LOYALTY.read)
 */
export function addResource(resource: string): ScopesOfResource {
  // The type lists the resources that Usher has; to the compiler those of other modules are like them.
  const [read, write] = [`${resource}:read` as Scope, `${resource}:write` as Scope];
  if (known.includes(read)) throw new Error(`There already is a resource ${resource}`);
  known.push(read, write);
  return { read, write };
}

/** Writing implies reading. */
export function grants(held: readonly string[], wanted: Scope): boolean {
  return held.includes(wanted) || held.includes(wanted.replace(/:read$/, ':write'));
}
