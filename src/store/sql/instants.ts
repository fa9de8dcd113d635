/** An instant for a column. Both databases take this form: ISO 8601 with milliseconds and `Z`. */
export const toColumn = (date: Date): string => date.toISOString();
