import type { z } from 'zod';
import type { Problem } from '../errors.ts';
import { type LongList, maxJsonItems } from '../transport/json-limits.ts';

/** What is wrong with one value: an item of `detail` in a 422 response, in the form of FastAPI, which cq clients parse. */
export interface ValidationDetail {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input?: unknown;
  readonly ctx?: object;
}

/** Input fields that have another name in this API than in the domain. */
const wireNames: Readonly<Record<string, string>> = { duplicateOfId: 'duplicate_of' };

/** The detail of a domain problem, whose message begins with the path to the value; in this API it begins with the name alone. */
export function problemDetail({ path, message }: Problem): ValidationDetail {
  const loc = path.map((part) => (/^\d+$/.test(part) ? Number(part) : (wireNames[part] ?? part)));
  const name = loc.findLast((part) => typeof part === 'string') ?? '';
  const said = message.startsWith(`${path.join('.')} `) ? `${name}${message.slice(path.join('.').length)}` : message;
  return { type: 'value_error', loc: ['body', ...loc], msg: `Value error, ${said.replace(/\.$/, '')}` };
}

/** The detail of a list or object that is too long to be validated. */
export function longListDetail({ path, length }: LongList, where: 'body' | 'query'): ValidationDetail {
  const msg = `List should have at most ${items(maxJsonItems)} after validation, not ${length}`;
  const ctx = { field_type: 'List', max_length: maxJsonItems, actual_length: length };
  return { type: 'too_long', loc: [where, ...path], msg, ctx };
}

/** The details of a failed zod validation. With `echo`, they repeat short values that the client sent. */
export function schemaDetails({ issues }: z.ZodError, where: 'body' | 'query', echo: boolean): ValidationDetail[] {
  return withoutConsequences(issues).map((issue) => {
    const loc = [where, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
    const { type, msg, ctx } = translate(issue);
    const { input = where === 'query' ? null : undefined } = issue;
    return { type, loc, msg, ...(input !== undefined && echo && isShort(input) && { input }), ...(ctx && { ctx }) };
  });
}

/** Without the consequences of a wrong type: zod also measures such a value, if it has a length. */
function withoutConsequences(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const isType = ({ code }: z.core.$ZodIssue) => code === 'invalid_type';
  const place = ({ path }: z.core.$ZodIssue) => JSON.stringify(path);
  const wrong = new Set(issues.filter(isType).map(place));
  return wrong.size === 0 ? issues : issues.filter((issue) => isType(issue) || !wrong.has(place(issue)));
}

/** A scalar, or a list of texts, of at most 200 characters. */
const isShort = (input: unknown): boolean =>
  Array.isArray(input)
    ? input.every((item) => typeof item === 'string') && isShort(input.join())
    : input === null || (['string', 'number', 'boolean'].includes(typeof input) && String(input).length <= 200);

const wrongTypes: Readonly<Record<string, readonly [string, string]>> = {
  string: ['string_type', 'Input should be a valid string'],
  array: ['list_type', 'Input should be a valid list'],
  object: ['model_attributes_type', 'Input should be a valid dictionary or object to extract fields from'],
};

/** A zod issue in the words of pydantic, the validator of the Python server. */
function translate(issue: z.core.$ZodIssue): Pick<ValidationDetail, 'type' | 'msg' | 'ctx'> {
  const { input } = issue;
  if (input === undefined) return { type: 'missing', msg: 'Field required' };
  switch (issue.code) {
    case 'invalid_type': {
      const [type, msg] = wrongTypes[issue.expected] ?? ['value_error', issue.message];
      return { type, msg };
    }
    case 'too_small':
    case 'too_big': {
      const short = issue.code === 'too_small';
      const bound = Number(short ? issue.minimum : issue.maximum);
      const actual_length = Array.isArray(input) ? input.length : 0;
      const msg = `List should have at ${short ? 'least' : 'most'} ${items(bound)} after validation, not ${actual_length}`;
      const ctx = { field_type: 'List', [short ? 'min_length' : 'max_length']: bound, actual_length };
      return { type: short ? 'too_short' : 'too_long', msg, ctx };
    }
    case 'invalid_value': {
      const quoted = issue.values.map((value) => `'${String(value)}'`);
      const expected = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
      return { type: 'enum', msg: `Input should be ${expected}`, ctx: { expected } };
    }
    case 'custom':
      return { type: 'value_error', msg: issue.message, ...issue.params };
    default:
      return { type: 'value_error', msg: issue.message };
  }
}

const items = (count: number) => `${count} item${count === 1 ? '' : 's'}`;
