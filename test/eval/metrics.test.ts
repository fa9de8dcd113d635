import { describe, expect, it } from 'vitest';
import { ndcg, recall, reciprocalRank, score } from '../../bench/eval/metrics.ts';

const grades = new Map([
  ['a', 3],
  ['b', 2],
  ['c', 1],
  ['judged, and no answer', 0],
]);

describe('nDCG', () => {
  it('is 1 for the best ranking, also when it goes on', () => {
    expect(ndcg(['a', 'b', 'c'], grades, 10)).toBe(1);
    expect(ndcg(['a', 'b', 'c', 'x', 'judged, and no answer'], grades, 10)).toBe(1);
  });

  it('discounts each grade by the logarithm of its rank', () => {
    const best = 3 + 2 / Math.log2(3) + 1 / 2;
    expect(ndcg(['c', 'x', 'a'], grades, 10)).toBeCloseTo((1 + 3 / 2) / best, 12);
    expect(ndcg(['x', 'a'], grades, 10)).toBeCloseTo(3 / Math.log2(3) / best, 12);
  });

  it('looks no further than the depth, neither in the ranking nor in the best one', () => {
    expect(ndcg(['a'], grades, 1)).toBe(1);
    expect(ndcg(['x', 'a'], grades, 1)).toBe(0);
    expect(ndcg(['b'], grades, 1)).toBeCloseTo(2 / 3, 12);
  });

  it('is 0 when nothing is found, or nothing could be', () => {
    expect(ndcg([], grades, 10)).toBe(0);
    expect(ndcg(['a'], new Map([['a', 0]]), 10)).toBe(0);
  });
});

describe('recall', () => {
  it('is the share of the answers that is found', () => {
    expect(recall(['x', 'c', 'judged, and no answer', 'a'], grades, 5)).toBeCloseTo(2 / 3, 12);
    expect(recall(['x', 'c', 'judged, and no answer', 'a'], grades, 3)).toBeCloseTo(1 / 3, 12);
    expect(recall([], grades, 5)).toBe(0);
    expect(recall(['a'], new Map(), 5)).toBe(0);
  });
});

describe('the reciprocal rank', () => {
  it('is that of the first answer', () => {
    expect(reciprocalRank(['c', 'a'], grades, 10)).toBe(1);
    expect(reciprocalRank(['x', 'judged, and no answer', 'b', 'a'], grades, 10)).toBeCloseTo(1 / 3, 12);
    expect(reciprocalRank(['x', 'y', 'b'], grades, 2)).toBe(0);
  });
});

describe('the score', () => {
  it('is the mean over the queries, at the depth of each measure', () => {
    const late = ['1', '2', '3', '4', '5', 'a', 'b', 'c'];
    const { ndcg10, recall5, mrr10 } = score([
      { ranking: ['a', 'b', 'c'], grades },
      { ranking: late, grades },
    ]);
    expect(recall5).toBe(0.5);
    expect(mrr10).toBeCloseTo((1 + 1 / 6) / 2, 12);
    expect(ndcg10).toBeCloseTo((1 + ndcg(late, grades, 10)) / 2, 12);
  });
});
