import { describe, expect, it } from 'vitest';
import { presentAnswer } from '../../src/mcp/query-answer.ts';

type Answer = Parameters<typeof presentAnswer>[0];

const result = (place: number, detail: string, action = 'Do it.'): Answer['results'][number] => ({
  score: 1 - place / 100,
  unit: {
    id: `ku_${String(place).padStart(32, '0')}`,
    domains: ['api'],
    insight: { summary: `lesson ${place}`, detail, action },
    context: { languages: ['go'], frameworks: [], pattern: null },
    evidence: { confidence: 0.5 },
    flagCounts: [],
  },
});
const answer = (results: Answer['results'], rest: Partial<Answer> = {}): Answer =>
  ({ results, effectiveMode: 'KEYWORD', notices: [], ...rest }) as Answer;
const large = Array.from({ length: 50 }, (_, place) => result(place, 'é"\n'.repeat(2500)));

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
const dataOf = (presented: ReturnType<typeof presentAnswer>) => presented.structuredContent as any;
const textOf = ({ content }: ReturnType<typeof presentAnswer>) => (content[0]?.type === 'text' ? content[0].text : '');
const detailsOf = (presented: ReturnType<typeof presentAnswer>) =>
  dataOf(presented).results.map(({ unit }: Answer['results'][number]) => unit.insight.detail);

describe('an answer of query', () => {
  it('cuts texts between characters, and none that has as many as it may', () => {
    const excerptOf = (detail: string) =>
      /Detail: (.*)/.exec(textOf(presentAnswer(answer([result(0, detail)]), 1, 8000)))?.[1];
    expect(excerptOf('😀'.repeat(201))).toBe(`${'😀'.repeat(200)}…`);
    expect(excerptOf('😀'.repeat(200))).toBe('😀'.repeat(200));
    expect(excerptOf(`${'a'.repeat(199)}😀b`)).toBe(`${'a'.repeat(199)}😀…`);
  });

  it('has the best unit whole, and the others in short', () => {
    const long = `why ${'and why '.repeat(100)}`;
    const presented = presentAnswer(answer([result(0, long), result(1, long), result(2, long)]), 1, 8000);
    expect(detailsOf(presented)).toEqual([long, undefined, undefined]);
    expect(dataOf(presented).results[0].unit).toEqual(result(0, long).unit);
    expect(dataOf(presented).results[1]).toEqual({
      score: 0.99,
      unit: {
        id: result(1, '').unit.id,
        domains: ['api'],
        insight: { summary: 'lesson 1' },
        evidence: { confidence: 0.5 },
      },
    });
    expect(dataOf(presented)).not.toHaveProperty('leftOut');
    // the text is a digest, which names each of them
    expect(textOf(presented)).not.toContain(long);
    expect(textOf(presented)).toContain('Action: Do it.');
    for (const place of [0, 1, 2])
      expect(textOf(presented)).toContain(`${place + 1}. ${result(place, '').unit.id} (score`);
    expect(detailsOf(presentAnswer(answer([result(0, long), result(1, long)]), 2, 8000))).toEqual([long, long]);
    expect(detailsOf(presentAnswer(answer([result(0, long)]), 0, 8000))).toEqual([undefined]);
  });

  it.for([2000, 2001, 3000, 8000, 20_000, 100_000, 200_000])('stays within %i bytes', (budget) => {
    for (const whole of [0, 1, 3, 50])
      for (const results of [large, large.slice(0, 1), large.map((_, place) => result(place, 'short')), []]) {
        const presented = presentAnswer(answer(results), whole, budget);
        const bytes = Buffer.byteLength(JSON.stringify(presented));
        expect(bytes).toBeLessThanOrEqual(budget);
        const { results: shown, leftOut = 0 } = dataOf(presented);
        expect(shown.length + leftOut).toBe(results.length);
        expect(shown.length > 0).toBe(results.length > 0);
      }
  });

  it('cuts the texts of a unit that does not fit, and still says which it is', () => {
    const presented = presentAnswer(answer(large.slice(0, 3)), 1, 4000);
    const { results, leftOut } = dataOf(presented);
    expect(results).toHaveLength(1);
    expect(leftOut).toBe(2);
    expect(results[0].unit.id).toBe(large[0]?.unit.id);
    expect(results[0].unit.insight.detail).toMatch(/^é"\n.*…$/s);
    expect(textOf(presented)).toContain('2 more left out');
  });

  it('fits whatever a unit has, however small the budget', () => {
    const domains = Array.from({ length: 16 }, () => '🦭'.repeat(64));
    const widest = result(0, '🦭'.repeat(8000), '🦭'.repeat(2000));
    const unit = { ...widest.unit, domains, insight: { ...widest.unit.insight, summary: '🦭'.repeat(500) } };
    const wide = answer([{ ...widest, unit }], {
      notices: Array.from({ length: 4 }, () => ({ message: 'x'.repeat(100) })),
    });
    const presented = presentAnswer(wide, 1, 2000);
    expect(Buffer.byteLength(JSON.stringify(presented))).toBeLessThanOrEqual(2000);
    expect(dataOf(presented).results[0].unit.id).toBe(unit.id);
  });

  it('of none says so, with the nearest only where it was asked for', () => {
    expect(textOf(presentAnswer(answer([]), 1, 8000))).toMatch(/^Nothing found\. That is an answer/);
    expect(dataOf(presentAnswer(answer([]), 1, 8000))).not.toHaveProperty('nearest');
    const near = presentAnswer(answer([], { nearest: result(7, 'why') }), 1, 8000);
    expect(dataOf(near).nearest.unit).toEqual({
      id: result(7, '').unit.id,
      domains: ['api'],
      insight: { summary: 'lesson 7' },
      evidence: { confidence: 0.5 },
    });
    expect(textOf(near)).toContain('lesson 7');
    expect(dataOf(presentAnswer(answer([], { nearest: null }), 1, 8000)).nearest).toBeNull();
  });
});
