/** Column options of ids, codes and other text that machines compare: byte by byte, whatever the database's locale. */
export const CODE = { type: 'text', collation: 'C' } as const;
