import type { KnowledgeUnit, Store, UnitEvent } from '../store/store.ts';
import { confidence } from './rules.ts';

/** The confidence of a unit from an instant on. */
export interface ConfidencePoint {
  readonly at: Date;
  readonly confidence: number;
}

/** So many confirmations and flags are looked at, the last ones. */
const maxEvents = 1000;
/** So many points are answered: of more, these at equal distances. */
export const maxPoints = 100;

/** How the confidence of a unit came to be what it is, oldest first: how it began, and each confirmation and flag. */
export async function confidenceHistory(store: Store, unit: KnowledgeUnit): Promise<ConfidencePoint[]> {
  const events = await store.events.ofEvidence(unit.id, maxEvents);
  return thinned(inTime(pointsOf(unit, events, events.length < maxEvents)));
}

/**
 * The points that events lead to, oldest first. From the proposal on by the formula, where that leads to what the unit has now; of units that
 * came from elsewhere, or have more events, from what it has now back to the first event, which is exact as long as none was cut off at 0 or 1.
 */
export function pointsOf(
  unit: Pick<KnowledgeUnit, 'createdAt' | 'evidence'>,
  events: readonly Pick<UnitEvent, 'type' | 'at'>[],
  isWhole: boolean,
): ConfidencePoint[] {
  const [first] = events;
  const steps = events.filter(({ type }) => type !== 'proposed');
  const now = unit.evidence.confidence;
  const from = isWhole ? unit.createdAt : (first?.at ?? unit.createdAt);
  if (isWhole && first?.type === 'proposed') {
    const points = [{ at: first.at, confidence: confidence.initial as number }];
    for (const { type, at } of steps)
      points.push({ at, confidence: clamped((points.at(-1)?.confidence ?? 0) + changeOf(type)) });
    if (Math.abs((points.at(-1)?.confidence ?? 0) - now) < 1e-9) return points;
  }
  const points: ConfidencePoint[] = [];
  let after = now;
  for (const { type, at } of steps.toReversed()) {
    points.unshift({ at, confidence: after });
    after = clamped(after - changeOf(type));
  }
  return [{ at: from, confidence: after }, ...points];
}

const changeOf = (type: UnitEvent['type']) => (type === 'confirmed' ? confidence.confirmed : confidence.flagged);

const clamped = (value: number) => Math.min(1, Math.max(0, value));

/** No point is before the one it follows, as where a clock was set back. */
function inTime(points: readonly ConfidencePoint[]): ConfidencePoint[] {
  let last = points[0]?.at ?? new Date(0);
  return points.map(({ at, confidence }) => {
    if (at > last) last = at;
    return { at: last, confidence };
  });
}

function thinned(points: readonly ConfidencePoint[]): ConfidencePoint[] {
  if (points.length <= maxPoints) return [...points];
  const step = (points.length - 1) / (maxPoints - 1);
  return Array.from({ length: maxPoints }, (_, index) => points[Math.round(index * step)] as ConfidencePoint);
}
