import type { CallToolResult } from '@modelcontextprotocol/server';
import { maxSearchResults } from '../graphql/search.ts';
import type { JsonSchema } from './json-schema.ts';
import type { Parameter } from './parameters.ts';
import type { Presentation } from './tool-traits.ts';

/**
 * Answers of `query` that fit an agent's context: the best unit whole, the others in short, in no more bytes than asked for.
 * Structured content has the data; the text is a digest of it for those who read no structured content, without the details.
 */

interface Unit {
  readonly id: string;
  readonly domains: readonly string[];
  readonly insight: { readonly summary: string; readonly detail: string; readonly action: string };
  readonly context: unknown;
  readonly evidence: { readonly confidence: number };
  readonly flagCounts: unknown;
}
interface Result {
  readonly score: number;
  readonly unit: Unit;
}
interface Answer {
  readonly results: readonly Result[];
  readonly notices: readonly { readonly message: string }[];
  readonly nearest?: Result | null;
}

const [minBytes, standardBytes, maxBytes] = [2000, 8000, 200_000];
/** How many characters of a detail the text has. */
const excerptLength = 200;

const ownParameter = (
  name: string,
  description: string,
  minimum: number,
  maximum: number,
  standard: number,
): Parameter => ({
  name,
  description,
  type: { kind: 'integer' },
  isList: false,
  isRequired: false,
  standard,
  bounds: { minimum, maximum },
  path: name,
});

const parameters = [
  ownParameter(
    'whole',
    'How many units come whole, the best first; the others come in short, without detail and action.',
    0,
    maxSearchResults,
    1,
  ),
  ownParameter(
    'max_bytes',
    'The most bytes of the answer, text and structured content together. Where they are too few, the last units are left out, then texts are cut.',
    minBytes,
    maxBytes,
    standardBytes,
  ),
];

export const queryPresentation: Presentation = {
  parameters,
  schema: withShortUnits,
  present: (data, values) =>
    presentAnswer(
      { results: [], notices: [], ...(data as Partial<Answer>) },
      Number(values.whole ?? 1),
      Number(values.max_bytes ?? standardBytes),
    ),
};

/**
 * Presents an answer in at most `budget` bytes of JSON: the first unit whole, then as many others in short as fit, then the first
 * `whole` of them whole as far as that fits; where not even one fits, with its texts cut.
 */
export function presentAnswer(answer: Answer, whole: number, budget: number): CallToolResult {
  const { results } = answer;
  const sizes: boolean[] = [];
  let left = budget - bytesOf(compose(answer, [], Number.POSITIVE_INFINITY));
  for (const [place, result] of results.entries()) {
    const isWhole = place === 0 && whole > 0;
    const bytes = bytesOfResult(result, isWhole);
    if (bytes > left) break;
    left -= bytes;
    sizes.push(isWhole);
  }
  if (sizes.length === 0) return cutToFit(answer, results.length > 0 ? [whole > 0] : [], budget);
  for (const [place, result] of results.slice(0, Math.min(whole, sizes.length)).entries()) {
    const more = sizes[place] ? 0 : bytesOfResult(result, true) - bytesOfResult(result, false);
    if (more > left) break;
    left -= more;
    sizes[place] = true;
  }
  return compose(answer, sizes, Number.POSITIVE_INFINITY);
}

/** The most bytes that a result adds to an answer: as JSON, and as lines of the text, which is JSON too. */
function bytesOfResult(result: Result, isWhole: boolean): number {
  const shown = resultOf(result, isWhole, Number.POSITIVE_INFINITY);
  return (
    Buffer.byteLength(JSON.stringify(shown)) + 1 + Buffer.byteLength(JSON.stringify(linesOf(shown, '00.').join('\n')))
  );
}

/** One unit at most, with texts of as many characters as fit. */
function cutToFit(answer: Answer, sizes: readonly boolean[], budget: number): CallToolResult {
  let [fits, tooLong] = [0, 10_001];
  const full = compose(answer, sizes, tooLong);
  if (bytesOf(full) <= budget) return full;
  while (tooLong - fits > 1) {
    const length = Math.floor((fits + tooLong) / 2);
    if (bytesOf(compose(answer, sizes, length)) <= budget) fits = length;
    else tooLong = length;
  }
  return compose(answer, sizes, fits);
}

/** The first units as `sizes` says, true for whole, with each text cut to `length` characters. */
function compose(
  { results, notices, nearest, ...rest }: Answer,
  sizes: readonly boolean[],
  length: number,
): CallToolResult {
  const shown = results.slice(0, sizes.length).map((result, place) => resultOf(result, sizes[place] ?? false, length));
  const leftOut = results.length - shown.length;
  const near = nearest ? resultOf(nearest, false, length) : nearest;
  const structuredContent = {
    results: shown,
    ...rest,
    notices,
    ...(leftOut > 0 && { leftOut }),
    ...(near !== undefined && { nearest: near }),
  };
  const lines = [
    headline(results.length),
    ...shown.flatMap((result, place) => linesOf(result, `${place + 1}.`)),
    ...(near ? ['Nearest of what was left out:', ...linesOf(near, '-')] : []),
    ...(leftOut > 0 ? [`${leftOut} more left out for max_bytes.`] : []),
    ...notices.map(({ message }) => message),
  ];
  return { content: [{ type: 'text', text: lines.join('\n') }], structuredContent };
}

const headline = (count: number) => {
  if (count === 0) return 'Nothing found. That is an answer: nobody has recorded a lesson on this; go on without.';
  return count === 1 ? '1 unit:' : `${count} units, the best first:`;
};

interface ShownResult {
  readonly score: number;
  readonly unit: Omit<Unit, 'insight' | 'context' | 'flagCounts'> & {
    readonly insight: { readonly summary: string; readonly detail?: string; readonly action?: string };
  };
}

function resultOf({ score, unit }: Result, isWhole: boolean, length: number): ShownResult {
  const { id, domains, insight, evidence } = unit;
  const summary = cut(insight.summary, length);
  if (!isWhole || length < 100)
    return {
      score,
      // domains and context have no texts to cut
      unit: {
        id,
        domains: length < 20 ? [] : domains,
        insight: { summary },
        evidence: { confidence: evidence.confidence },
      },
    };
  const { detail, action } = insight;
  return { score, unit: { ...unit, insight: { summary, detail: cut(detail, length), action: cut(action, length) } } };
}

function linesOf({ score, unit: { id, insight, evidence } }: ShownResult, mark: string): string[] {
  const { summary, detail, action } = insight;
  return [
    `${mark} ${id} (score ${score.toFixed(2)}, confidence ${evidence.confidence.toFixed(2)}): ${summary}`,
    ...(action ? [`   Action: ${action}`] : []),
    ...(detail ? [`   Detail: ${cut(detail, excerptLength)}`] : []),
  ];
}

/** The first `length` characters (code points), with an ellipsis in place of the rest. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = 0;
  // not taken apart: a text may be long, and its beginning short
  for (let points = 0; points < length && end < text.length; points++)
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return end < text.length ? `${text.slice(0, end)}…` : text;
}

const bytesOf = (result: CallToolResult): number => Buffer.byteLength(JSON.stringify(result));

/** The schema of the data, where units may be in short, and units left out. */
function withShortUnits(data: JsonSchema): JsonSchema {
  const schema = structuredClone(data) as { properties: Record<string, never> } & JsonSchema;
  const { results } = schema.properties as unknown as { results: { items: { properties: { unit: UnitSchema } } } };
  const { unit } = results.items.properties;
  unit.required = ['id', 'domains', 'insight', 'evidence'];
  unit.properties.insight.required = ['summary'];
  unit.properties.evidence.required = ['confidence'];
  const leftOut = { type: 'integer', minimum: 1, description: 'How many units were left out for max_bytes.' };
  return { ...schema, properties: { ...schema.properties, leftOut } };
}

interface UnitSchema {
  required: string[];
  readonly properties: { readonly insight: { required: string[] }; readonly evidence: { required: string[] } };
}
