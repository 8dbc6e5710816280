/** For `@ApiProperty` of a query parameter that takes several values in one, as `?status=valid,checked_in`. */
export const COMMA_SEPARATED = { isArray: true, style: 'form', explode: false } as const;
