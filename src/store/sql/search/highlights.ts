import type { Highlights, KnowledgeUnit, TextRange } from '../../store.ts';
import { tokenize } from './analyser.ts';

/** The most ranges in each of summary, detail and action. */
export const maxHighlights = 20;
/** A longer run without spaces is no word, and is passed over. */
const maxRunLength = 500;
/** How many runs are analysed at once, to see whether one of them is worth a look. */
const runsAtOnce = 64;

const run = /\S+/gu;
const word = /[\p{L}\p{N}\p{M}]+(?:[._\-/:]+[\p{L}\p{N}\p{M}]+)*/gu;
const part = /[\p{L}\p{N}\p{M}]+/gu;
const camelCaseBoundary = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

/** Whether a text holds a token of the question, none of them, or no token at all, as stop words do. */
type Match = 'wanted' | 'other' | 'empty';

/** A place in a text, in UTF-16 code units. */
interface Place {
  readonly text: string;
  readonly at: number;
}

/**
 * Where the tokens of a question stand in an insight: the analyser decides what is equal, so that a highlighted word is one that was
 * found by. Of an identifier it is the parts that match, or the whole where all do, or where only the whole is a token of the question.
 */
export function highlightsOf(tokens: readonly string[], insight: KnowledgeUnit['insight']): Highlights {
  const wanted = new Set(tokens);
  // words repeat, and stemming is the costly part
  const known = new Map<string, Match>();
  const holds = (text: string) => tokenize(text).some((token) => wanted.has(token));
  const match = (text: string): Match => {
    let found = known.get(text);
    if (found === undefined) {
      const own = tokenize(text);
      found = own.length === 0 ? 'empty' : own.some((token) => wanted.has(token)) ? 'wanted' : 'other';
      known.set(text, found);
    }
    return found;
  };
  const highlight = (text: string) => (wanted.size === 0 ? [] : rangesIn(text, holds, match));
  return {
    summary: highlight(insight.summary),
    detail: highlight(insight.detail),
    action: highlight(insight.action),
  };
}

function rangesIn(text: string, holds: (text: string) => boolean, match: (text: string) => Match): TextRange[] {
  const ranges: TextRange[] = [];
  let [units, points] = [0, 0];
  /** The code points before a code unit; each call goes on where the last one stopped. */
  const pointsBefore = (at: number): number => {
    while (units < at) {
      units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
      points++;
    }
    return points;
  };
  for (const runs of chunksOf(text)) {
    // most of a long text holds no word of the question: to analyse it word by word costs several times as much
    if (!holds(runs.map((found) => found.text).join(' '))) continue;
    for (const found of runs) {
      if (match(found.text) !== 'wanted') continue;
      for (const place of wantedIn(found, match)) {
        if (ranges.length === maxHighlights) return ranges;
        const start = pointsBefore(place.at);
        ranges.push({ start, end: pointsBefore(place.at + place.text.length) });
      }
    }
  }
  return ranges;
}

/** The runs of a text, some at a time. */
function chunksOf(text: string): Place[][] {
  const chunks: Place[][] = [];
  for (const [place, found] of [...placesOf(text, run)].filter((each) => each.text.length <= maxRunLength).entries()) {
    if (place % runsAtOnce === 0) chunks.push([]);
    chunks.at(-1)?.push(found);
  }
  return chunks;
}

/** The words of a run that are wanted; the whole run where only that is. */
function wantedIn(found: Place, match: (text: string) => Match): Place[] {
  const places = within(found, word)
    .filter(({ text }) => match(text) === 'wanted')
    .flatMap((each) => {
      const parts = within(each, part)
        .flatMap(camelCaseParts)
        .filter(({ text }) => match(text) !== 'empty');
      const matching = parts.filter(({ text }) => match(text) === 'wanted');
      return matching.length === 0 || matching.length === parts.length ? [each] : matching;
    });
  return places.length > 0 ? places : [found];
}

function camelCaseParts({ text, at }: Place): Place[] {
  let next = at;
  return text.split(camelCaseBoundary).map((piece) => {
    const place = { text: piece, at: next };
    next += piece.length;
    return place;
  });
}

const within = ({ text, at }: Place, pattern: RegExp): Place[] =>
  [...placesOf(text, pattern)].map((place) => ({ ...place, at: place.at + at }));

function* placesOf(text: string, pattern: RegExp): Generator<Place> {
  for (const match of text.matchAll(pattern)) yield { text: match[0], at: match.index };
}
