import { createHmac } from 'node:crypto';
import { hashSync } from '@node-rs/bcrypt';
import { expect } from 'vitest';
import type { Flag, KnowledgeUnit } from '../../src/store/store.ts';

/** Rows as the Python server wrote them, with what each of them must be after adoption, written down by hand. */

export const secrets = { jwtSecret: 'j'.repeat(40), apiKeyPepper: 'p'.repeat(40) };
export const password = 'secret123';
const secretOfKey = 'abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst';
export const keyText = `cqa.v1.${'0'.repeat(31)}1.${secretOfKey}`;

export interface UnitRow {
  readonly id: string;
  readonly data: string;
  readonly status: string;
  readonly reviewed_by: string | null;
  readonly reviewed_at: string | null;
  readonly created_at: string | null;
  readonly tier: string;
}

export interface Case {
  readonly what: string;
  readonly row: UnitRow;
  readonly domains: readonly string[];
  /** What comes of it; a reason for the quarantine where nothing does. */
  readonly expected: { readonly unit: KnowledgeUnit; readonly flags: readonly Flag[] } | { readonly reason: RegExp };
}

const hex = (number: number) => number.toString(16).padStart(32, '0');
const idOf = (number: number) => `ku_${hex(number)}`;
const at = new Date('2026-03-01T10:00:00.123Z');
const written = '2026-03-01T10:00:00.123456+00:00';

/** The document of a unit, in the order in which the Python server writes it. */
function document(id: string, changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    id,
    version: 1,
    domains: ['api'],
    insight: { summary: 'A lesson', detail: 'What happened.', action: 'What to do.' },
    context: { languages: [], frameworks: [], pattern: '' },
    evidence: {
      confidence: 0.5,
      confirmations: 1,
      first_observed: '2026-03-01T10:00:00.123456Z',
      last_confirmed: '2026-03-01T10:00:00.123456Z',
    },
    tier: 'private',
    created_by: 'alice',
    flags: [],
    ...changes,
  });
}

function unit(id: string, changes: Partial<KnowledgeUnit> = {}): KnowledgeUnit {
  return {
    id,
    version: 1,
    status: 'pending',
    tier: 'private',
    domains: ['api'],
    insight: { summary: 'A lesson', detail: 'What happened.', action: 'What to do.' },
    context: { languages: [], frameworks: [], pattern: '' },
    confirmers: 0,
    ownConfirmations: 0,
    evidence: { confidence: 0.5, confirmations: 1, firstObservedAt: at, lastConfirmedAt: at },
    createdBy: 'alice',
    supersededBy: null,
    withdrawal: null,
    extensions: null,
    review: null,
    createdAt: at,
    updatedAt: at,
    ...changes,
  };
}

interface Given {
  readonly id?: string;
  readonly data?: string;
  readonly document?: Record<string, unknown>;
  readonly row?: Partial<UnitRow>;
  readonly domains?: readonly string[];
}

let number = 0;

function good(what: string, given: Given, changes: Partial<KnowledgeUnit> = {}, flags: Partial<Flag>[] = []): Case {
  const id = given.id ?? idOf(++number);
  const today = changes.id ?? id;
  return {
    what,
    row: rowOf(id, given),
    domains: given.domains ?? ['api'],
    expected: {
      unit: unit(today, changes),
      flags: flags.map((flag) => ({
        id: expect.stringMatching(/^flg_[0-9a-f]{32}$/),
        unitId: today,
        reason: 'stale',
        detail: null,
        duplicateOf: null,
        createdBy: null,
        createdAt: at,
        ...flag,
      })),
    },
  };
}

function bad(what: string, given: Given, reason: RegExp): Case {
  const id = given.id ?? idOf(++number);
  return { what, row: rowOf(id, given), domains: given.domains ?? ['api'], expected: { reason } };
}

function rowOf(id: string, given: Given): UnitRow {
  return {
    id,
    data: given.data ?? document(id, given.document),
    status: 'pending',
    reviewed_by: null,
    reviewed_at: null,
    created_at: written,
    tier: 'private',
    ...given.row,
  };
}

const long = (letter: string, length: number) => letter.repeat(length);
const many = (prefix: string) => Array.from({ length: 40 }, (_, index) => `${prefix}${index}${long('x', 80)}`);
const reviewedAt = new Date('2026-03-02T08:30:00.000Z');
const extensions = '{"a:int":123456789012345678901234567890,"b:float":1.0,"c:null":null,"d:deep":[{"e":1e2},null]}';
const dashed = 'ku_AABBCCDD-0011-2233-4455-66778899AABB';

export const cases: readonly Case[] = [
  good('a proposal', {}),
  good(
    'an approved unit',
    { row: { status: 'approved', reviewed_by: 'bob', reviewed_at: '2026-03-02T08:30:00+00:00' } },
    {
      status: 'approved',
      review: { status: 'approved', reviewedBy: 'bob', reviewedAt, note: null, internalNote: null },
      updatedAt: reviewedAt,
    },
  ),
  good(
    'a rejected unit',
    { row: { status: 'rejected', reviewed_by: 'gone', reviewed_at: '2026-03-02 08:30:00' } },
    {
      status: 'rejected',
      review: { status: 'rejected', reviewedBy: 'gone', reviewedAt, note: null, internalNote: null },
      updatedAt: reviewedAt,
    },
  ),
  good(
    'instants with offsets, without a zone, and with a space',
    {
      document: {
        evidence: {
          confidence: 0.44999999999999996,
          confirmations: 7,
          first_observed: '2026-02-28T23:30:00.9999+02:00',
          last_confirmed: '2026-03-01T00:00:00',
        },
      },
      row: { created_at: '2026-02-28 21:30:00' },
    },
    {
      evidence: {
        confidence: 0.44999999999999996,
        confirmations: 7,
        firstObservedAt: new Date('2026-02-28T21:30:00.999Z'),
        lastConfirmedAt: new Date('2026-03-01T00:00:00.000Z'),
      },
      createdAt: new Date('2026-02-28T21:30:00.000Z'),
      updatedAt: new Date('2026-03-01T00:00:00.000Z'),
    },
  ),
  good(
    'instants with offsets to the west',
    {
      document: {
        evidence: {
          confidence: 0.5,
          confirmations: 1,
          first_observed: '2026-02-28T23:30:00-05:30',
          last_confirmed: '2026-02-28T23:30:00.5-0100',
        },
      },
      row: { created_at: '2026-02-28 23:30:00 -11:00' },
    },
    {
      evidence: {
        confidence: 0.5,
        confirmations: 1,
        firstObservedAt: new Date('2026-03-01T05:00:00.000Z'),
        lastConfirmedAt: new Date('2026-03-01T00:30:00.500Z'),
      },
      createdAt: new Date('2026-03-01T10:30:00.000Z'),
      updatedAt: new Date('2026-03-01T10:30:00.000Z'),
    },
  ),
  good('no time of creation', { row: { created_at: null } }),
  good(
    'one of two observations',
    { document: { evidence: { confidence: 1, confirmations: -3, last_confirmed: '2026-03-01T10:00:00.123Z' } } },
    { evidence: { confidence: 1, confirmations: -3, firstObservedAt: at, lastConfirmedAt: at } },
  ),
  good(
    'no observation at all',
    { document: { evidence: { confidence: 0, confirmations: 0 } } },
    { evidence: { confidence: 0, confirmations: 0, firstObservedAt: null, lastConfirmedAt: null } },
  ),
  good(
    'texts and lists over the limits of today',
    {
      document: {
        domains: many('d'),
        insight: { summary: long('s', 5000), detail: long('ä😀', 30_000), action: long('a', 20_000) },
        context: { languages: many('l'), frameworks: many('f'), pattern: long('pattern', 900) },
        created_by: long('u', 300),
      },
      domains: many('d'),
    },
    {
      domains: many('d'),
      insight: { summary: long('s', 5000), detail: long('ä😀', 30_000), action: long('a', 20_000) },
      context: { languages: many('l'), frameworks: many('f'), pattern: long('pattern', 900) },
      createdBy: long('u', 300),
    },
  ),
  good(
    'languages and frameworks that nobody normalised',
    {
      document: {
        context: { languages: ['Python', ' python ', ''], frameworks: ['FastAPI', 'FastAPI'], pattern: 'Retry' },
      },
    },
    { context: { languages: ['Python', ' python ', ''], frameworks: ['FastAPI', 'FastAPI'], pattern: 'Retry' } },
  ),
  good(
    'one domain in the singular, and the tier of a team',
    { document: { domains: undefined, domain: ' Payments ', tier: 'team' }, domains: ['payments'] },
    { domains: ['payments'] },
  ),
  good('the tier of all', { document: { tier: 'global' } }, { tier: 'public' }),
  good('a tier as protocol buffers write it', { document: { tier: 'TIER_LOCAL' } }, { tier: 'local' }),
  good(
    'domains that are only in their table',
    { document: { domains: undefined }, domains: ['a', 'b'] },
    { domains: ['a', 'b'] },
  ),
  good(
    'an id with dashes, and one that it supersedes',
    { id: dashed, document: { superseded_by: 'ku_00000000-0000-0000-0000-00000000000f' } },
    { id: 'ku_aabbccdd00112233445566778899aabb', supersededBy: `ku_${'0'.repeat(31)}f` },
  ),
  good(
    'numbers of any size, and nulls, in its extensions',
    { data: document(idOf(++number)).replace('"flags":[]', `"extensions":${extensions},"flags":[]`), id: idOf(number) },
    { extensions },
  ),
  good(
    'an unknown field',
    { document: { insight: { summary: 's', detail: '', action: '', mood: 'good' }, colour: 'red' } },
    {
      insight: { summary: 's', detail: '', action: '' },
    },
  ),
  good(
    'text of every kind',
    { document: { insight: { summary: "é ☃ 😀 \u2028 '", detail: '\t\n\\"', action: '%_' } } },
    {
      insight: { summary: "é ☃ 😀 \u2028 '", detail: '\t\n\\"', action: '%_' },
    },
  ),
  good(
    'flags with and without detail, and of an older name',
    {
      document: {
        flags: [
          { reason: 'stale', timestamp: '2026-03-03T00:00:00Z' },
          { reason: 'incorrect', timestamp: '2026-03-04T00:00:00.5+01:00', detail: 'It is the other way round.' },
          { reason: 'FLAG_REASON_DUPLICATE', timestamp: '2026-03-04T00:00:00', duplicate_of: dashed },
        ],
      },
    },
    { updatedAt: new Date('2026-03-04T00:00:00.000Z') },
    [
      { createdAt: new Date('2026-03-03T00:00:00.000Z') },
      { reason: 'incorrect', createdAt: new Date('2026-03-03T23:00:00.500Z'), detail: 'It is the other way round.' },
      {
        reason: 'duplicate',
        createdAt: new Date('2026-03-04T00:00:00.000Z'),
        duplicateOf: 'ku_aabbccdd00112233445566778899aabb',
      },
    ],
  ),
  good(
    'flags of one millisecond, of no instant, and of both',
    {
      document: {
        flags: [
          ...['a', 'b', 'c', 'd', 'e', 'f'].map((detail, index) => ({
            reason: index % 2 === 0 ? 'stale' : 'incorrect',
            timestamp: `2026-03-03T00:00:00.00${1000 + index}Z`,
            detail,
          })),
          { reason: 'duplicate', timestamp: '2026-03-02T00:00:00Z', duplicate_of: dashed },
          ...['g', 'h', 'i'].map((detail) => ({ reason: 'stale', timestamp: '2026-03-02T00:00:00Z', detail })),
        ],
      },
    },
    { updatedAt: new Date('2026-03-03T00:00:00.001Z') },
    [
      {
        reason: 'duplicate',
        createdAt: new Date('2026-03-02T00:00:00.000Z'),
        duplicateOf: 'ku_aabbccdd00112233445566778899aabb',
      },
      ...['g', 'h', 'i'].map((detail) => ({ createdAt: new Date('2026-03-02T00:00:00.000Z'), detail })),
      ...['a', 'b', 'c', 'd', 'e', 'f'].map(
        (detail, index): Partial<Flag> => ({
          reason: index % 2 === 0 ? 'stale' : 'incorrect',
          createdAt: new Date('2026-03-03T00:00:00.001Z'),
          detail,
        }),
      ),
    ],
  ),
  bad('no JSON', { data: '{"id": "ku_' }, /^data: is not valid JSON$/),
  bad('JSON that is no object', { data: '[]' }, /data: /),
  bad('no insight', { document: { insight: undefined } }, /insight/),
  bad('a confidence over 1', { document: { evidence: { confidence: 1.2 } } }, /evidence\.confidence/),
  bad('a tier that never was', { document: { tier: 'galaxy' } }, /tier: is no tier: "galaxy"/),
  bad('a status that never was', { row: { status: 'draft' } }, /status: "draft"/),
  bad('no domains anywhere', { document: { domains: [] }, domains: [] }, /domains: there are none/),
  bad(
    'an instant that is none',
    { document: { evidence: { first_observed: 'yesterday' } } },
    /first_observed: no instant: "yesterday"/,
  ),
  bad('a day that is none', { row: { created_at: '2026-02-30T00:00:00' } }, /created_at: no instant/),
  bad(
    'NUL in a text',
    { document: { insight: { summary: 'a\0b', detail: '', action: '' } } },
    /insight\.summary: holds NUL/,
  ),
  bad('an id that never was one', { id: 'ku_1' }, /id: "ku_1" is no id/),
  bad(
    'an id with dashes whose today’s form is taken',
    { id: 'ku_00000000-0000-0000-0000-000000000001' },
    /is there already/,
  ),
];

export const users = [
  { id: 3, username: 'alice', password_hash: hashSync(password, 4), created_at: '2026-01-05 06:07:08' },
  { id: 7, username: 'bob', password_hash: hashSync('other', 4), created_at: '2026-01-06T06:07:08.123456+00:00' },
];

export const keys = [
  {
    id: `${'0'.repeat(31)}1`,
    user_id: 3,
    name: 'laptop',
    labels: '["a", "b \\u00e9"]',
    key_prefix: secretOfKey.slice(0, 8),
    key_hash: createHmac('sha256', secrets.apiKeyPepper).update(secretOfKey).digest('hex'),
    ttl: '365d',
    expires_at: '2099-01-01T00:00:00.654321+00:00',
    created_at: '2026-01-05T06:07:08+00:00',
    last_used_at: '2026-01-07T06:07:08.5+00:00',
    revoked_at: null,
  },
  {
    id: `${'0'.repeat(31)}2`,
    user_id: 7,
    name: 'old',
    labels: '[]',
    key_prefix: 'bbbbbbbb',
    key_hash: 'ff'.repeat(32),
    ttl: '1h',
    expires_at: '2026-01-06T07:07:08+00:00',
    created_at: '2026-01-06T06:07:08+00:00',
    last_used_at: null,
    revoked_at: '2026-01-06T06:30:00+00:00',
  },
  {
    id: `${'0'.repeat(31)}3`,
    user_id: 7,
    name: 'unreadable',
    labels: 'none',
    key_prefix: 'cccccccc',
    key_hash: 'fe'.repeat(32),
    ttl: '1h',
    expires_at: 'soon',
    created_at: '2026-01-06T06:07:08+00:00',
    last_used_at: null,
    revoked_at: null,
  },
];
