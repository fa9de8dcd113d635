const thin = '\u202f';

/** A whole number with thin spaces between thousands. */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, thin);

/** A number from 0 to 1 with two digits: confidence, similarity, scores. */
export const ratio = (value: number): string => value.toFixed(2);

/** `1 unit`, `2 units`. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A share as a whole percentage. */
export const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`;

/** The length of a text as the server counts it: in Unicode code points. */
export const codePoints = (text: string): number => {
  let length = 0;
  for (const _ of text) length++;
  return length;
};
