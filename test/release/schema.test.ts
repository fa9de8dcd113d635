import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deprecationProblems, deprecationsOf } from '../../scripts/release/deprecations.ts';
import { breakingChanges, lastRelease } from '../../scripts/release/last-release.ts';
import { schemaChanges, unnamedChanges } from '../../scripts/release/schema-diff.ts';
import { readTypeDefs } from '../../src/graphql/type-defs.ts';
import { temporaryFolder } from '../process.ts';

const sdl = readTypeDefs();

/** The schema with these texts in the place of others, each of which has to be in it. */
const changed = (...changes: (readonly [from: string, to: string])[]) =>
  changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, sdl);

const breaking = async (before: string, after: string) =>
  (await schemaChanges(before, after)).filter((each) => each.breaking).map(({ name }) => name);

describe('changes of the schema', () => {
  it('are none where there are none', async () => {
    expect(await schemaChanges(sdl, sdl)).toEqual([]);
  });

  it.for([
    ['a field that is gone', ['  startCursor: String\n', ''], 'FIELD_REMOVED PageInfo.startCursor'],
    [
      'a field that may be null',
      ['publicRead: Boolean!', 'publicRead: Boolean'],
      'FIELD_TYPE_CHANGED ServerInfo.publicRead',
    ],
    [
      'an input that is needed',
      ['input FloatRange {', 'input FloatRange {\n  unit: String!'],
      'INPUT_FIELD_ADDED FloatRange.unit',
    ],
    [
      'a value of an enum that is gone',
      ['enum OrderDirection {\n  ASC\n', 'enum OrderDirection {\n'],
      'ENUM_VALUE_REMOVED OrderDirection.ASC',
    ],
  ] as const)('that break clients are found: %s', async ([, [from, to], name]) => {
    expect(await breaking(sdl, changed([from, to]))).toEqual([name]);
  });

  it('that break clients are found: a field that fewer may select', async () => {
    const open = 'type Query { a: Int @requires(scope: AUTHENTICATED) b: Int } ';
    const directive =
      'directive @requires(scope: Scope!) on FIELD_DEFINITION enum Scope { ANYONE KNOWLEDGE_WRITE AUTHENTICATED REVIEWER ADMIN }';
    const closed = 'type Query { a: Int @requires(scope: REVIEWER) b: Int @requires(scope: KNOWLEDGE_WRITE) } ';
    expect(await breaking(open + directive, closed + directive)).toEqual([
      'SCOPE_RAISED Query.a',
      'SCOPE_RAISED Query.b',
    ]);
    expect(await breaking(closed + directive, open + directive)).toEqual([]);
  });

  it('that break nobody are told and break nothing: fields, values, costs, scopes that are lowered, deprecations', async () => {
    const after = changed(
      ['type PageInfo {', 'type PageInfo {\n  more: Int @deprecated(reason: "No.")'],
      ['enum OrderDirection {', 'enum OrderDirection {\n  NONE'],
      ['directive @cost(', 'directive @cost(other: Int! = 1, '],
    ).replaceAll(/@requires\(scope: ADMIN\)/g, '@requires(scope: REVIEWER)');
    const changes = await schemaChanges(sdl, after);
    expect(changes.filter((each) => each.breaking)).toEqual([]);
    expect(changes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['FIELD_ADDED PageInfo.more', 'ENUM_VALUE_ADDED OrderDirection.NONE']),
    );
  });

  it('that break clients fail unless they are named with a reason, and names of what did not happen fail', async () => {
    const reason = 'Use b instead. Deprecated 2026-01-31, removed 2026-07-31 at the earliest.';
    const before = `type Query { a: Int @deprecated(reason: "${reason}") b: Int c: Int }`;
    const changes = await schemaChanges(before, 'type Query { b: Int }');
    const [a, c] = [
      { change: 'FIELD_REMOVED Query.a', reason: 'Its six months are over.' },
      { change: 'FIELD_REMOVED Query.c', reason: 'It leaked what is secret.' },
    ];
    expect(unnamedChanges(changes, [a, c], before)).toEqual([]);
    expect(unnamedChanges(changes, [], before)).toEqual([
      expect.stringContaining(`Its deprecation said: "${reason}"`),
      expect.stringMatching(/^FIELD_REMOVED Query\.c: .* It was not deprecated\./),
    ]);
    expect(
      unnamedChanges(changes, [a, c, { change: 'FIELD_REMOVED Query.d', reason: 'It is not there.' }], before),
    ).toEqual([
      'release/breaking-changes.yml names "FIELD_REMOVED Query.d", which did not happen since the last release',
    ]);
    expect(unnamedChanges(changes, [a, { ...c, reason: ' ' }], before)).toEqual([
      'release/breaking-changes.yml gives no reason for "FIELD_REMOVED Query.c"',
    ]);
  });

  it('are compared with what is kept of the last release, if there was one', () => {
    using folder = temporaryFolder();
    expect(lastRelease(folder.path)).toBeNull();
    mkdirSync(folder.file('release'));
    writeFileSync(folder.file('release/schema.graphql'), `# cq-server 1.2.3\n\n${sdl}`);
    expect(lastRelease(folder.path)).toEqual({ version: '1.2.3', sdl });
    writeFileSync(folder.file('release/schema.graphql'), sdl);
    expect(() => lastRelease(folder.path)).toThrow('does not begin with "# cq-server VERSION"');
    writeFileSync(folder.file('release/breaking-changes.yml'), 'change: FIELD_REMOVED Query.a\n');
    expect(() => breakingChanges(folder.path)).toThrow('has to be a list of changes');
  });
});

describe('deprecations', () => {
  const deprecated = (reason: string) => `type Query { a: Int @deprecated(reason: "${reason}") b: Int }`;

  it('of the schema say what to use instead, since when, and until when it stays', () => {
    expect(deprecationProblems(sdl)).toEqual([]);
  });

  it('of the schema are those that docs/api.md lists', () => {
    const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
    const section = page.slice(page.indexOf('### Deprecated now'), page.indexOf('## Typed clients'));
    const rows = [...section.matchAll(/^\| `([A-Z]\w*(?:\.\w+)+)`/gm)].map(([, place]) => place);
    expect(rows.toSorted()).toEqual(
      deprecationsOf(sdl)
        .map(({ place }) => place)
        .toSorted(),
    );
    expect(section.includes('Nothing of the schema.')).toBe(rows.length === 0);
  });

  it.for([
    ['Use b instead. Deprecated 2026-01-31, removed 2026-07-31 at the earliest.', undefined],
    // August has 31 days, February has not
    ['Use b instead. Deprecated 2026-08-31, removed 2027-02-28 at the earliest.', undefined],
    ['Use b instead. Deprecated 2026-01-31, removed 2026-07-30 at the earliest.', 'stays until 2026-07-31 at least'],
    ['Use b instead. Deprecated 2026-02-30, removed 2026-12-31 at the earliest.', 'a day that there is not'],
    ['Deprecated 2026-01-31, removed 2026-07-31 at the earliest.', 'not of the form'],
    ['Use b instead.', 'not of the form'],
    ['', 'not of the form'],
  ] as const)('with the reason "%s"', ([reason, problem]) => {
    const found = deprecationProblems(deprecated(reason));
    expect(found).toEqual(problem === undefined ? [] : [expect.stringContaining(problem)]);
  });

  it('are found wherever they may be, with their places', () => {
    const text = `
      directive @on(x: Int @deprecated) on FIELD
      type Query { a(b: Int @deprecated(reason: "1"), c: Int): Int d: Int @deprecated }
      input In { e: Int @deprecated(reason: "2") f: Int }
      enum E { F G @deprecated(reason: "3") }
      extend interface I { h: Int @deprecated(reason: "4") }`;
    expect(deprecationsOf(text)).toEqual([
      { place: 'on.x', reason: '' },
      { place: 'Query.a.b', reason: '1' },
      { place: 'Query.d', reason: '' },
      { place: 'In.e', reason: '2' },
      { place: 'E.G', reason: '3' },
      { place: 'I.h', reason: '4' },
    ]);
  });
});
