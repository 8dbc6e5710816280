/** The body of an operation that takes none: whatever field it has is unknown. */
export class NoFieldsDto {}
