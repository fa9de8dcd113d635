/** An instant as a column value: ISO 8601 with milliseconds and `Z`, which both databases take. */
export const toColumn = (date: Date): string => date.toISOString();
