/** What terminals obey or readers of lines take for an end: control characters, line breaks of Unicode, changes of the reading direction. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A text as it may be printed: what is unsafe is escaped as in JSON. Names of keys, and of adopted accounts, may have anything in them. */
export const printable = (text: string): string =>
  text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A line of fields with tabs between them. */
export const tabbed = (fields: readonly (string | number)[]): string =>
  fields.map((field) => printable(String(field))).join('\t');
