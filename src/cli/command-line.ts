/** Stands where the id of an API key stands for what clients do. */
export const COMMAND_LINE = 'cli';
