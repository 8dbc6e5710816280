import type { JoinColumnOptions } from 'typeorm';

/** Column options of ids, codes and other text that machines compare: byte by byte, whatever the database's locale. */
export const CODE = { type: 'text', collation: 'C' } as const;

/** The columns of a foreign key, which carries the organization along: no row refers to another organization's. */
export function withOrganization(column: string): JoinColumnOptions[] {
  return [
    { name: 'organization_id', referencedColumnName: 'organizationId' },
    { name: column, referencedColumnName: 'id' },
  ];
}
