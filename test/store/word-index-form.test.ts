import { describe, expect, it } from 'vitest';
import { addBest } from '../../src/store/sql/words/best-documents.ts';
import {
  type BuiltChunk,
  chunkSize,
  countDocuments,
  createChunkBuilder,
  documentFrequencyIn,
  hasOffset,
  listIn,
  minOwnPack,
  ownKey,
  sharedKey,
} from '../../src/store/sql/words/chunk.ts';
import { lowestImpacts } from '../../src/store/sql/words/impact-counts.ts';
import { encodePostings, impactIn } from '../../src/store/sql/words/postings.ts';
import { createTail } from '../../src/store/sql/words/tail.ts';
import { createTermGroups } from '../../src/store/sql/words/term-groups.ts';
import { createTopDocuments, maxTies } from '../../src/store/sql/words/top-documents.ts';
import { random } from './conformance/fixture.ts';

const highest = 2 ** 48 - 1;

describe('forward postings', () => {
  it('give each term its impact, and others none', () => {
    const postings = encodePostings([
      [0, 1],
      [7, 220],
      [2 ** 47 + 5, 40],
      [highest, 3],
    ]);
    expect([0, 7, 2 ** 47 + 5, highest].map((term) => impactIn(postings, term))).toEqual([1, 220, 40, 3]);
    expect([1, 6, 2 ** 47, highest - 1].map((term) => impactIn(postings, term))).toEqual([0, 0, 0, 0]);
    expect(impactIn(encodePostings([]), 7)).toBe(0);
  });
});

type Units = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** Documents with terms of all frequencies, by offset. */
function someUnits(next: () => number, count: number): Units {
  return new Map(
    Array.from({ length: count }, () => {
      const terms = Array.from({ length: 30 }, () => Math.floor(next() ** 4 * 2000) * 140_000_000_003);
      return [
        Math.floor(next() * chunkSize),
        new Map(terms.map((term) => [term, 1 + Math.floor(next() * 220)])),
      ] as const;
    }),
  );
}

const encoded = (unit: ReadonlyMap<number, number>) => encodePostings([...unit].sort(([one], [other]) => one - other));

function finish(builder: ReturnType<typeof createChunkBuilder>): BuiltChunk {
  for (const steps = builder.build(); ; ) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function expectToHold({ documents, directory, packs }: BuiltChunk, units: Units) {
  expect(countDocuments(documents)).toBe(units.size);
  for (const offset of units.keys()) expect(hasOffset(documents, offset)).toBe(true);
  const wanted = new Map<number, [offset: number, impact: number][]>();
  for (const [offset, unit] of units)
    for (const [term, impact] of unit) wanted.set(term, [...(wanted.get(term) ?? []), [offset, impact]]);
  expect(packs.map(({ key }) => key)).toEqual(packs.map(({ key }) => key).toSorted((one, other) => one - other));
  for (const term of [...wanted.keys(), 1, highest]) {
    const postings = (wanted.get(term) ?? []).toSorted((one, other) => other[1] - one[1] || one[0] - other[0]);
    const own = documentFrequencyIn(directory, term);
    expect(own).toBe(postings.length >= minOwnPack ? postings.length : 0);
    const key = own > 0 ? ownKey(term) : sharedKey(term);
    const { impacts, counts, offsets } = listIn(packs.findLast((pack) => pack.key <= key)?.postings as Buffer, term);
    const each = [...impacts].flatMap((impact, group) => Array<number>(counts[group] ?? 0).fill(impact));
    expect([...offsets].map((offset, place) => [offset, each[place]])).toEqual(postings);
  }
}

describe('a chunk', () => {
  it('has every posting, also when it is built from the one before and what changed', () => {
    const next = random(5);
    const units = new Map(someUnits(next, 400));
    const builder = createChunkBuilder();
    for (const [offset, unit] of units) builder.add(offset, encoded(unit));
    const built = finish(builder);
    expectToHold(built, units);

    const changed = [...units.keys()].slice(0, 60);
    const others = someUnits(next, 100);
    const again = createChunkBuilder();
    again.addDocuments(built.documents, new Set([...changed, ...others.keys()]));
    for (const { postings } of built.packs) again.addPack(postings);
    for (const [offset, unit] of others) again.add(offset, encoded(unit));
    for (const offset of changed) units.delete(offset);
    for (const [offset, unit] of others) units.set(offset, unit);
    expectToHold(finish(again), units);
  });

  it('may be empty', () => {
    expectToHold(finish(createChunkBuilder()), new Map());
  });
});

describe('the tail', () => {
  it('has the last of several changes of a document, and of one that is gone nothing', () => {
    const tail = createTail();
    tail.add(1, 10, encodePostings([[7, 5]]));
    tail.add(2, 11, encodePostings([[7, 6]]));
    expect(tail.hits(7)).toHaveLength(2);
    tail.add(3, 10, encodePostings([[8, 9]]));
    tail.add(4, 12, null);
    expect(tail.hits(7)).toEqual([{ document: 11, impact: 6 }]);
    expect(tail.hits(8)).toEqual([{ document: 10, impact: 9 }]);
    tail.add(5, 11, null);
    expect(tail.hits(7)).toEqual([]);
    expect(tail.live).toBe(1);
    expect([...tail.documents.keys()]).toEqual([10, 11, 12]);
  });

  it('counts a document once whose changes are read at once', () => {
    const tail = createTail();
    const postings = encodePostings([[7, 5]]);
    for (const change of [1, 2]) tail.add(change, 10, postings);
    expect(tail.hits(7)).toEqual([{ document: 10, impact: 5 }]);
    expect(tail.live).toBe(1);
    expect([...tail.seen]).toEqual([1, 2]);
  });
});

describe('groups of units', () => {
  it('tell which units have a term as a look at each of them does, while they grow', () => {
    const next = random(5);
    // neighbours, the lowest and the highest term are told apart
    const terms = [
      0,
      1,
      2 ** 32 - 1,
      2 ** 32,
      highest - 1,
      highest,
      ...Array.from({ length: 40 }, (_, at) => 3 ** at % highest),
    ];
    const units: Buffer[] = [];
    const groups = createTermGroups();
    for (let round = 0; round < 100; round++) {
      const own = [...new Set(terms)].filter(() => next() < 0.2).sort((one, other) => one - other);
      units.push(encodePostings(own.map((term) => [term, 1 + Math.floor(next() * 220)])));
      groups.add(units.at(-1) as Buffer);
      const from = Math.floor(next() * (units.length + 2));
      for (const term of [...terms, 5, highest - 2]) {
        const those = [...units.keys()].filter((place) => place >= from && impactIn(units[place] as Buffer, term) > 0);
        expect(groups.placesOf(term, from)).toEqual(those);
      }
    }
  });
});

describe('the best of many', () => {
  it('are those that a sort puts first, with all that are as good as the last', () => {
    const next = random(3);
    const scores = Array.from({ length: 20_000 }, () => 1 + Math.floor(next() * 3000));
    const top = createTopDocuments(100);
    for (const [document, score] of scores.entries()) top.add(document, score);
    const least = scores.toSorted((one, other) => other - one)[99] as number;
    expect(top.best()).toEqual([...scores.keys()].filter((document) => (scores[document] as number) >= least));
    expect(top.left).toBe(true);
  });

  it('are the first where very many are equally good', () => {
    const top = createTopDocuments(5);
    for (let document = 0; document < 50_000; document++) top.add(document, 7);
    expect(top.best()).toEqual(Array.from({ length: 5 + maxTies }, (_, document) => document));
    expect(top.left).toBe(true);
  });

  it('are all where there are few', () => {
    const top = createTopDocuments(5);
    top.add(3, 1);
    expect(top.best()).toEqual([3]);
    expect(top.left).toBe(false);
  });
});

describe('the postings that are added up', () => {
  const terms = [
    { term: 1, idf: 10, impacts: [9, 5, 1].map((impact) => ({ impact, documents: 20 })) },
    { term: 2, idf: 20, impacts: [3, 2].map((impact) => ({ impact, documents: 20 })) },
  ];

  // by weight: 90 (term 1), 60 (term 2), 50 (term 1), 40 (term 2), 10 (term 1)
  it.for<[postings: number, lowest: [term: number, impact: number][]]>([
    [0, []],
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
  ])('are blocks by weight until they hold %d', ([postings, lowest]) => {
    expect([...lowestImpacts(terms, postings)]).toEqual(lowest);
  });

  it('of blocks with the same weight are those of the lower term', () => {
    const impacts = [{ impact: 2, documents: 5 }];
    const same = [7, 3].map((term) => ({ term, idf: 1, impacts }));
    expect([...lowestImpacts(same, 1)]).toEqual([[3, 2]]);
  });
});

describe('what is left out', () => {
  const index = { chunks: [], tail: createTail() };
  const isLeftOut = (...terms: (readonly [impact: number, documents: number])[][]) =>
    addBest(
      createTopDocuments(5),
      index,
      [],
      terms.map((counts, term) => ({
        ...{ term, idf: 10 - term, documentFrequency: 0, lists: [], hits: [] },
        impacts: counts.map(([impact, documents]) => ({ impact, documents })),
      })),
      new Map(),
    );

  it('is told where it is a whole term, or the lower impacts of one', () => {
    expect(isLeftOut([[9, 600_000]], [[1, 3]])).toBe(true);
    expect(
      isLeftOut([
        [9, 600_000],
        [1, 3],
      ]),
    ).toBe(true);
  });

  it('is nothing where all postings are few enough', () => {
    expect(isLeftOut([[9, 400_000]], [[1, 3]])).toBe(false);
  });
});
