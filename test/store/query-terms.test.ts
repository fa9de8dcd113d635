import { expect, it } from 'vitest';
import { lowestImpacts } from '../../src/store/sql/search/query-terms.ts';

const terms = [
  { term: 1, idfWeight: 10, documentFrequency: 60, impacts: [9, 5, 1].map((impact) => ({ impact, documents: 20 })) },
  { term: 2, idfWeight: 20, documentFrequency: 40, impacts: [3, 2].map((impact) => ({ impact, documents: 20 })) },
];

// by weight: 90 (term 1), 60 (term 2), 50 (term 1), 40 (term 2), 10 (term 1)
it.for<[postings: number, lowest: [term: number, impact: number][]]>([
  [0, []],
  [1, [[1, 9]]],
  [20, [[1, 9]]],
  [
    21,
    [
      [1, 9],
      [2, 3],
    ],
  ],
  [
    60,
    [
      [1, 5],
      [2, 3],
    ],
  ],
  [
    61,
    [
      [1, 5],
      [2, 2],
    ],
  ],
  [
    1000,
    [
      [1, 1],
      [2, 2],
    ],
  ],
])('blocks are selected by weight until they hold %d postings', ([postings, lowest]) => {
  expect([...lowestImpacts(terms, postings)]).toEqual(lowest);
});

it('of blocks with the same weight the lower term comes first', () => {
  const impacts = [{ impact: 2, documents: 5 }];
  const same = [7, 3].map((term) => ({ term, idfWeight: 1, documentFrequency: 5, impacts }));
  expect([...lowestImpacts(same, 1)]).toEqual([[3, 2]]);
});
