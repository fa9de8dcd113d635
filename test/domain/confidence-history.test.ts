import { describe, expect, it } from 'vitest';
import { confidenceHistory, maxPoints, pointsOf } from '../../src/domain/confidence-history.ts';
import type { EventType, Store, UnitEvent } from '../../src/store/store.ts';
import { aUnit } from '../harness.ts';
import { later, noon, withConfidence } from '../store/conformance/fixture.ts';

const events = (...types: EventType[]) => types.map((type, index) => ({ type, at: later(index) }));
const now = (confidence: number) => aUnit({ ...withConfidence(confidence), createdAt: later(-9) });
const values = (points: ReturnType<typeof pointsOf>) => points.map(({ confidence }) => Number(confidence.toFixed(9)));

describe('the confidence of a unit over time', () => {
  it('is what confirmations and flags made of it since the proposal', () => {
    const points = pointsOf(now(0.55), events('proposed', 'confirmed', 'confirmed', 'flagged'), true);
    expect(values(points)).toEqual([0.5, 0.6, 0.7, 0.55]);
    expect(points.map(({ at }) => at)).toEqual([0, 1, 2, 3].map((ms) => later(ms)));
  });

  it('is cut off at 0 and 1 where it was', () => {
    const six = Array<EventType>(6).fill('confirmed');
    expect(values(pointsOf(now(0.85), events('proposed', ...six, 'flagged'), true))).toEqual([
      ...[0.5, 0.6, 0.7, 0.8, 0.9, 1, 1, 0.85],
    ]);
  });

  it('goes back from what it is where the beginning is not known', () => {
    expect(pointsOf(now(0.9), events('confirmed'), true)).toEqual([
      { at: later(-9), confidence: expect.closeTo(0.8) },
      { at: noon, confidence: 0.9 },
    ]);
    // proposed here, and changed by what is no event
    expect(values(pointsOf(now(0.3), events('proposed', 'flagged'), true))).toEqual([0.45, 0.3]);
    // the last of many events
    expect(pointsOf(now(0.9), events('confirmed', 'flagged'), false)[0]?.at).toEqual(noon);
    expect(pointsOf(now(0.5), [], true)).toEqual([{ at: later(-9), confidence: 0.5 }]);
  });

  it('has no point before the one it follows, and few points', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({
      type: index % 2 ? 'flagged' : 'confirmed',
      at: later(index === 5 ? -99 : index),
    }));
    const store = { events: { ofEvidence: async () => many as UnitEvent[] } } as unknown as Store;
    const points = await confidenceHistory(store, now(0.5));
    expect(points).toHaveLength(maxPoints);
    expect(points.at(-1)).toEqual({ at: later(999), confidence: 0.5 });
    const times = points.map(({ at }) => at.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});
