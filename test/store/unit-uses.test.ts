import { describe, expect, it } from 'vitest';
import { createUnitUses, type UnitUse } from '../../src/store/sql/knowledge/unit-uses.ts';
import { later, noon } from './conformance/fixture.ts';

/** What is written when the buffer is flushed. */
async function flushed(uses: ReturnType<typeof createUnitUses>): Promise<UnitUse[]> {
  const written: UnitUse[] = [];
  await uses.flush(async (batch) => void written.push(...batch));
  return written;
}

describe('answers that wait to be saved', () => {
  it('are written once, added up, with the latest instant of each unit', async () => {
    const uses = createUnitUses();
    uses.record(['a', 'b'], later(2));
    uses.record(['a'], later(1));
    expect(await flushed(uses)).toEqual([
      { unitId: 'b', count: 1, at: later(2) },
      { unitId: 'a', count: 2, at: later(2) },
    ]);
    expect(await flushed(uses)).toEqual([]);
  });

  it('stay if they could not be written, with those that came meanwhile', async () => {
    const uses = createUnitUses();
    uses.record(['a', 'b'], noon);
    const failing = uses.flush(async () => {
      uses.record(['b', 'c'], later(5));
      throw new Error('no database');
    });
    await expect(failing).rejects.toThrow('no database');
    expect(await flushed(uses)).toEqual([
      { unitId: 'a', count: 1, at: noon },
      { unitId: 'b', count: 2, at: later(5) },
      { unitId: 'c', count: 1, at: later(5) },
    ]);
  });

  it('are of 10,000 units at most: those answered longest ago are dropped', async () => {
    const uses = createUnitUses();
    const ids = Array.from({ length: 10_001 }, (_, index) => String(index));
    uses.record(ids.slice(0, 9999), noon);
    uses.record(['0'], later(1));
    uses.record(ids.slice(9999), noon);
    const written = await flushed(uses);
    expect(written).toHaveLength(10_000);
    expect(written.map(({ unitId }) => unitId)).not.toContain('1');
    expect(written).toContainEqual({ unitId: '0', count: 2, at: later(1) });
    const failing = uses.flush(async () => {});
    uses.record(ids, noon);
    await failing;
    expect(await flushed(uses)).toHaveLength(10_000);
  });
});
