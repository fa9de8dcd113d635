import { describe, expect, it } from 'vitest';
import { readLine, toLine } from '../../src/domain/unit-lines.ts';
import { aUnit } from '../harness.ts';

const lineWith = (changes: object) => JSON.stringify({ ...JSON.parse(toLine(aUnit(), [])), ...changes });
const insight = { summary: 's', detail: 'd', action: 'a' };

const revision = { status: 'approved', version: 1, domains: [], insight, created_at: '2026-01-01T00:00:00Z' };

describe('a line', () => {
  it.for<[string, string, string]>([
    [
      'half a pair in a text',
      lineWith({ insight: { ...insight, summary: 'a\ud83d' } }),
      'insight.summary: holds NUL or an',
    ],
    ['NUL in a text', lineWith({ created_by: 'a\0' }), 'created_by: holds NUL or an unpaired surrogate'],
    ['half a pair in a domain', lineWith({ domains: ['a', '\udc00'] }), 'domains.1: holds NUL or an'],
    [
      'a reviewer and no time',
      lineWith({ status: 'approved', reviewed_by: 'rob', reviewed_at: null }),
      'has only one of',
    ],
    ['a count that no database holds', lineWith({ version: 2 ** 31 }), 'version: '],
    ['a revision of a later version', lineWith({ revisions: [{ ...revision, version: 2 }] }), 'of later versions'],
    ['two revisions of one version', lineWith({ revisions: [revision, revision] }), 'two revisions of one version'],
    [
      'a version that is not approved',
      lineWith({ revisions: [{ ...revision, status: 'pending' }] }),
      'if it is approved',
    ],
    [
      'a suggestion against no version',
      lineWith({ revisions: [{ ...revision, status: 'pending', version: null }] }),
      'lacks base_version',
    ],
    [
      'a secret that ends before it begins',
      lineWith({ held_secrets: [{ path: ['insight', 'detail'], kind: 'github', start: 2, end: 1 }] }),
      'held_secrets.0: ends before it begins',
    ],
    ['NUL in a revision', lineWith({ revisions: [{ ...revision, reason: '\0' }] }), 'revisions.0.reason: holds NUL'],
    ['another kind of JSON', '[]', 'unit: '],
    ['no JSON', '{"id"', 'is not valid JSON'],
    ['two values', `${lineWith({})}${lineWith({})}`, 'is not valid JSON'],
  ])('with %s is refused, with the place', ([, line, said]) => expect(() => readLine(line)).toThrow(said));

  it('has its domains in NFC, each once, and all else as it is', () => {
    const changes = { domains: ['e\u0301', 'é', ' A ', '\u200b'], created_by: 'e\u0301' };
    expect(readLine(lineWith(changes)).unit).toMatchObject({ domains: ['é', ' A ', '\u200b'], createdBy: 'e\u0301' });
  });
});
