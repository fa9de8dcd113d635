import { afterEach, describe, expect, it, vi } from 'vitest';
import { newFlagId } from '../../src/domain/ids.ts';
import { readLine } from '../../src/domain/unit-lines.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('ids of flags', () => {
  it('are in the order that they are made in, also in one millisecond and when the clock is set back', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 });
    const ids = Array.from({ length: 1000 }, () => newFlagId());
    vi.setSystemTime(Date.now() - 60_000);
    ids.push(newFlagId());
    vi.setSystemTime(Date.now() + 120_000);
    ids.push(newFlagId());
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^flg_[0-9a-f]{32}$/);
  });

  it('of a line that is imported without them keep its order', () => {
    const details = ['d', 'a', 'c', 'b', 'e'];
    const flags = details.map((detail) => ({ reason: 'stale', timestamp: '2026-01-01T00:00:00Z', detail }));
    const at = '2026-01-01T00:00:00Z';
    const line = {
      ...{ id: `ku_${'a'.repeat(32)}`, domains: ['api'], insight: { summary: 's', detail: 'd', action: 'a' } },
      ...{ created_at: at, created_by: 'mia', status: 'pending', tier: 'private', context: {}, flags },
      evidence: { confidence: 0.5, confirmations: 1, first_observed: at, last_confirmed: at },
    };
    const read = readLine(JSON.stringify(line));
    const listed = read.flags.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    expect(listed.map(({ detail }) => detail)).toEqual(details);
  });
});
