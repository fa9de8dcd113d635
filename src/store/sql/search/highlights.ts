import type { Highlights, KnowledgeUnit, TextRange } from '../../store.ts';
import { tokenize } from './analyser.ts';
import { mayHold } from './may-hold.ts';
import { camelCaseBoundary } from './words.ts';

/** The most ranges in each of summary, detail and action. */
export const maxHighlights = 20;
/** A longer run without spaces is no word, and is passed over. */
const maxRunLength = 500;
/**
 * The most characters of a text that are analysed: those of different runs in which a word begins as one of the question does. Few
 * texts have as many, and a page of texts that are made to would take long.
 */
export const maxAnalysed = 2000;

const run = /\S+/gu;
const word = /[\p{L}\p{N}\p{M}]+(?:[._\-/:]+[\p{L}\p{N}\p{M}]+)*/gu;
const part = /[\p{L}\p{N}\p{M}]+/gu;

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
 * What is analysed in one insight is kept for the next.
 */
export function highlighter(tokens: readonly string[]): (insight: KnowledgeUnit['insight']) => Highlights {
  if (tokens.length === 0) return () => ({ summary: [], detail: [], action: [] });
  const wanted = new Set(tokens);
  const isCandidate = mayHold(tokens);
  const known = new Map<string, Match>();
  const match = (text: string): Match => {
    let found = known.get(text);
    if (found === undefined) {
      const own = tokenize(text);
      found = own.length === 0 ? 'empty' : own.some((token) => wanted.has(token)) ? 'wanted' : 'other';
      known.set(text, found);
    }
    return found;
  };
  const highlight = (text: string) => rangesIn(text, isCandidate, match);
  return ({ summary, detail, action }) => ({
    summary: highlight(summary),
    detail: highlight(detail),
    action: highlight(action),
  });
}

function rangesIn(text: string, isCandidate: (text: string) => boolean, match: (text: string) => Match): TextRange[] {
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
  const analysed = new Set<string>();
  let left = maxAnalysed;
  for (const found of placesOf(text, run)) {
    if (found.text.length > maxRunLength || !isCandidate(found.text)) continue;
    if (!analysed.has(found.text)) left -= found.text.length;
    if (left < 0) break;
    analysed.add(found.text);
    if (match(found.text) !== 'wanted') continue;
    for (const place of wantedIn(found, match)) {
      if (ranges.length === maxHighlights) return ranges;
      const start = pointsBefore(place.at);
      ranges.push({ start, end: pointsBefore(place.at + place.text.length) });
    }
  }
  return ranges;
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
