/**
 * PostgreSQL's text of an array of integers, for a parameter that is cast to one. The driver quotes and escapes each element, which for the
 * hundreds of documents of a search costs more than to compute them.
 */
export const integerArray = (numbers: readonly number[] | Int32Array): string => `{${numbers.join(',')}}`;
