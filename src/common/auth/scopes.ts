const RESOURCES = [
  'events',
  'ticket_classes',
  'attendees',
  'contacts',
  'payments',
  'webhooks',
  'api_keys',
] as const;

/** About the installation and not about an organization: only the command line gives them, and only by name. */
const OPERATOR_SCOPES = ['admin:queues'] as const;

export type Scope = `${(typeof RESOURCES)[number]}:${'read' | 'write'}` | (typeof OPERATOR_SCOPES)[number];

interface ScopesOfResource {
  read: Scope;
  write: Scope;
}

const known = RESOURCES.flatMap((resource): Scope[] => [`${resource}:read`, `${resource}:write`]);

/**
 * Every scope of an organization: all but the operator's. Grows while modules are loaded: what is made of it then must
 * look again later.
 */
export const ORGANIZATION_SCOPES: readonly Scope[] = known;

const everything: Scope[] = [...known, ...OPERATOR_SCOPES];

/** Those and the operator's. Grows likewise. */
export const ALL_SCOPES: readonly Scope[] = everything;

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
  for (const scopes of [known, everything]) scopes.push(read, write);
  return { read, write };
}

/** Writing implies reading. */
export function grants(held: readonly string[], wanted: Scope): boolean {
  return held.includes(wanted) || held.includes(wanted.replace(/:read$/, ':write'));
}
