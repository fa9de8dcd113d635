import { z } from 'zod';
import { toJsonText } from '../domain/json-text.ts';
import { isStorable, lengthOf, limits } from '../domain/rules.ts';

/** Schemas of values in requests. Numbers in a URL are text, and are parsed like in the Python server (pydantic). */

type Context = z.core.$RefinementCtx<string | undefined>;

function refuse(context: Context, type: string, message: string, ctx?: object): never {
  context.addIssue({ code: 'custom', message, params: { type, ...(ctx && { ctx }) }, input: context.value });
  return z.NEVER;
}

const characters = (count: number) => `${count} character${count === 1 ? '' : 's'}`;

/** `isStorable` as a regular expression for OpenAPI, which cannot express unpaired surrogates. */
const storable = '^[^\\u0000]*$';

/** A text of `min` to `max` code points. */
export const sizedText = ({ min, max }: { min: number; max: number }) =>
  z
    .string()
    .superRefine((text, context) => {
      const length = lengthOf(text);
      if (length < min)
        refuse(context, 'string_too_short', `String should have at least ${characters(min)}`, { min_length: min });
      if (length > max)
        refuse(context, 'string_too_long', `String should have at most ${characters(max)}`, { max_length: max });
    })
    .meta({ minLength: min, maxLength: max, pattern: storable });

/** A text that the domain validates; limit and pattern are for the OpenAPI document only. */
export const textUpTo = (maxLength: number) => z.string().meta({ maxLength, pattern: storable });

/** A text to search by. One that no database can store is refused, as no unit can have it. */
export const searchText = z
  .string()
  .superRefine((text, context) => {
    if (!isStorable(text)) refuse(context, 'value_error', 'Value error, must not contain NUL or unpaired surrogates');
    if (lengthOf(text) > limits.summary)
      refuse(context, 'string_too_long', `String should have at most ${characters(limits.summary)}`, {
        max_length: limits.summary,
      });
  })
  .meta({ maxLength: limits.summary, pattern: storable });

/** A repeatable query parameter. */
export const searchTexts = z.array(searchText).max(limits.filterItems);

interface Range {
  readonly above?: number;
  readonly min?: number;
  readonly max?: number;
  readonly standard: number;
}

/** An integer; `above` is an exclusive minimum, `min` an inclusive one, `standard` the default. */
export const wholeNumber = ({ above, min, max, standard }: Range) =>
  z
    .string()
    .optional()
    .transform((text = String(standard), context: Context) => {
      if (!/^\s*[+-]?\d+(?:\.0+)?\s*$/.test(text))
        return refuse(context, 'int_parsing', 'Input should be a valid integer, unable to parse string as an integer');
      const value = Number(text);
      const should = (what: string) => `Input should be ${what}`;
      if (above !== undefined && value <= above)
        return refuse(context, 'greater_than', should(`greater than ${above}`), { gt: above });
      if (min !== undefined && value < min)
        return refuse(context, 'greater_than_equal', should(`greater than or equal to ${min}`), { ge: min });
      if (max !== undefined && value > max)
        return refuse(context, 'less_than_equal', should(`less than or equal to ${max}`), { le: max });
      // clamped: a greater number is not exact
      return Math.min(value, Number.MAX_SAFE_INTEGER);
    })
    .meta({
      type: 'integer',
      ...(above !== undefined && { exclusiveMinimum: above }),
      ...(min !== undefined && { minimum: min }),
      ...(max !== undefined && { maximum: max }),
    });

/** A number that may have a fraction; an empty text is none. */
export const decimal = z
  .string()
  .transform((text, context: Context) => {
    if (text === '') return undefined;
    if (!/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text))
      return refuse(context, 'float_parsing', 'Input should be a valid number, unable to parse string as a number');
    const value = Number(text);
    return Number.isFinite(value) ? value : refuse(context, 'finite_number', 'Input should be a finite number');
  })
  .meta({ type: 'number' })
  .optional();

/** A JSON object, parsed into its text. */
export const jsonObject = z
  .unknown()
  .transform((value, context: z.core.$RefinementCtx<unknown>) => {
    const problem = (type: string, message: string) => {
      context.addIssue({ code: 'custom', message, params: { type }, input: value });
      return z.NEVER;
    };
    if (value === null) return null;
    if (typeof value !== 'object' || Array.isArray(value))
      return problem('dict_type', 'Input should be a valid dictionary');
    try {
      return toJsonText(value);
    } catch {
      return problem('recursion_loop', 'Input is nested too deep');
    }
  })
  .optional()
  .meta({ type: ['object', 'null'] });
