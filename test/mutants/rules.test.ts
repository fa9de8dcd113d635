import { describe, expect, it } from 'vitest';
import { codeEdits } from '../../scripts/mutants/code-rules.ts';
import { isSame, readEquivalents } from '../../scripts/mutants/equivalent.ts';
import { apply, type Edit, describe as placed } from '../../scripts/mutants/mutant.ts';
import { shuffle } from '../../scripts/mutants/sample.ts';
import { schemaEdits } from '../../scripts/mutants/schema-rules.ts';
import { mutantsOf, sourceFiles } from '../../scripts/mutants/sources.ts';

const outcomes = (source: string, edits: Edit[]) => edits.map((edit) => `${edit.rule}: ${apply(source, edit)}`).sort();
const of = (source: string) => outcomes(source, codeEdits(source));

describe('a place in the code', () => {
  it.each([
    ['a === b', ['comparison: a !== b']],
    ['a < b', ['boundary: a <= b', 'comparison: a >= b']],
    ['(a) >= (b)', ['boundary: (a) > (b)', 'comparison: (a) < (b)']],
    ['a && b', ['boolean: a || b']],
    ['a ?? b', []],
    ['c = !a', ['boolean: c = a']],
    ['c = true', ['boolean: c = false']],
    ['c = a.some(b)', ['boolean: c = a.every(b)', 'removed call: c = a']],
    ['f(a)', ['removed call: ;']],
    ['await f(a)', ['removed await: f(a)', 'removed call: ;']],
    ['c = f(a)', ['removed call: c = (a)']],
    ['c = f()', []],
    ['c = a.f(b).g()', ['removed call: c = a.f(b)', 'removed call: c = a.g()']],
    ['c = Math.min(a, b)', ['removed call: c = (a)']],
    ['c = await a', ['removed await: c = a']],
    ['async () => await a', []],
    ['async () => { return await a; }', []],
    [
      'async () => { try { return await a; } finally {} }',
      ['removed await: async () => { try { return a; } finally {} }'],
    ],
    ['async () => { using b = c; return await a; }', ['removed await: async () => { using b = c; return a; }']],
    [
      "q = w('a', '<', b)",
      ["boundary: q = w('a', '<=', b)", "comparison: q = w('a', '>=', b)", "removed call: q = ('a')"],
    ],
    ['q = sql`a = b`', ['comparison: q = sql`a <> b`']],
    [
      'q = sql`update t set a = b where a < 1`',
      ['boundary: q = sql`update t set a = b where a <= 1`', 'comparison: q = sql`update t set a = b where a >= 1`'],
    ],
    ['q = sql`a between b and c`', []],
    ['q = other`a = b`', []],
    ['type T = true; let a: { b: true } = c as false', []],
  ])('%s', (source, expected) => {
    expect(of(source)).toEqual(expected);
  });

  it('is told by its line, in all the lines that change', () => {
    const source = 'let a;\nlet b = a\n  .sort();\n';
    const [edit] = codeEdits(source) as [Edit];
    expect(placed('src/a.ts', source, edit)).toMatchObject({
      line: 2,
      before: 'let b = a .sort();',
      after: 'let b = a' + ';',
    });
  });
});

it('leaves out every directive of the SDL that is applied', () => {
  const source = 'directive @b on FIELD_DEFINITION\ntype Query { a: Int @b, c(d: Int @b): Int }';
  expect(outcomes(source, schemaEdits(source))).toEqual([
    'removed directive: directive @b on FIELD_DEFINITION\ntype Query { a: Int , c(d: Int @b): Int }',
    'removed directive: directive @b on FIELD_DEFINITION\ntype Query { a: Int @b, c(d: Int ): Int }',
  ]);
});

describe('the places of this project', () => {
  const project = process.cwd();
  const mutants = mutantsOf(project, sourceFiles(project));

  it('are drawn by seed, every rule in turn', () => {
    const drawn = shuffle(mutants, 'a');
    expect(drawn).toHaveLength(mutants.length);
    expect(shuffle(mutants.toReversed(), 'a')).toEqual(drawn);
    expect(shuffle(mutants, 'b').slice(0, 12)).not.toEqual(drawn.slice(0, 12));
    expect(new Set(drawn.slice(0, 6).map(({ rule }) => rule)).size).toBe(6);
  });

  it('have those in them that are listed as equivalent', () => {
    for (const equivalent of readEquivalents(project)) {
      expect(equivalent.why).not.toBe('');
      expect(
        mutants.some((mutant) => isSame(equivalent, mutant)),
        JSON.stringify(equivalent),
      ).toBe(true);
    }
  });
});
