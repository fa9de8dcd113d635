import { expect, it } from 'vitest';
import { type ActivityPlace, activityOf, maxTold } from '../../src/domain/activity.ts';
import type { KnownViewer } from '../../src/domain/viewer.ts';
import type { ProposalEvents, Store, UnitEvent } from '../../src/store/store.ts';
import { random } from '../store/conformance/fixture.ts';

const limits = { access: 'write', domains: null } as const;
const viewer = { kind: 'agent', user: { username: 'pat' }, limits } as KnownViewer;
const start = Date.parse('2026-03-01T12:00:00Z');

/**
 * Events of one proposer in a list, of which only those that are committed are there. How far they are complete is known at times only, and
 * then not always at once.
 */
function eventsIn(committed: UnitEvent[], complete: () => number = () => 0): Store {
  const ofProposals = async (_: string, { after, except = [], since, limit }: ProposalEvents) => {
    const found = committed
      .filter(({ id, at }) => id > (after ?? 0) && at >= since && !except.includes(id))
      .sort((a, b) => a.id - b.id);
    const items = after === null ? found.slice(-limit) : found.slice(0, limit);
    return { items, hasMore: found.length > limit, complete: complete(), mark };
  };
  return { events: { ofProposals } } as unknown as Store;
}

const mark = { last: 0, next: 0, at: start };

const event = (id: number, at: number): UnitEvent => ({
  id,
  type: 'confirmed',
  unitId: 'ku_1',
  unitVersion: null,
  actor: 'zoe',
  note: null,
  at: new Date(at),
});

it('tells each event once, in whatever order transactions end, however often it is asked and by however small pages', async () => {
  for (let seed = 0; seed < 40; seed++) {
    const next = random(seed);
    const committed: UnitEvent[] = [];
    const open: UnitEvent[] = [];
    const told: number[] = [];
    let [id, now] = [0, start];
    const firstOpen = () => Math.min(id + 1, ...open.map((one) => one.id));
    const store = eventsIn(committed, () => Math.floor(next() * firstOpen()));
    let place: ActivityPlace = (await activityOf(store, viewer, null, 5, new Date(now))).end;
    const ask = async () => {
      const page = await activityOf(store, viewer, place, 1 + Math.floor(next() * 4), new Date(now));
      expect(page.end.told.length).toBeLessThanOrEqual(maxTold);
      // going on from an edge in the middle is as good as from the end
      const edge = page.events[Math.floor(next() * page.events.length)];
      const taken = edge && next() < 0.5 ? page.events.slice(0, page.events.indexOf(edge) + 1) : page.events;
      told.push(...taken.map((one) => one.event.id));
      place = taken.length < page.events.length && edge ? edge.place : page.end;
      return page.hasMore || taken.length < page.events.length;
    };
    for (let step = 0; step < 60; step++) {
      now += Math.floor(next() * 9000);
      if (next() < 0.6) open.push(event(++id, now));
      for (const one of [...open]) if (next() < 0.3) committed.push(...open.splice(open.indexOf(one), 1));
      if (next() < 0.5) await ask();
    }
    committed.push(...open.splice(0));
    while (await ask());
    expect(told.toSorted((a, b) => a - b)).toEqual(Array.from({ length: id }, (_, index) => index + 1));
  }
});

it('remembers a bounded number of events, and tells more when it need not remember them', async () => {
  const committed = Array.from({ length: 190 }, (_, index) => event(index + 2, start));
  let complete = 0;
  const store = eventsIn(committed, () => complete);
  let place = (await activityOf(eventsIn([]), viewer, null, 100, new Date(start))).end;
  const ask = async () => {
    const page = await activityOf(store, viewer, place, 60, new Date(start));
    place = page.end;
    return [page.events[0]?.event.id, page.events.length, page.hasMore];
  };
  expect([await ask(), await ask(), await ask()]).toEqual([
    [2, 60, true],
    [62, 40, false],
    [undefined, 0, false],
  ]);
  committed.push(event(1, start));
  complete = 300;
  expect([await ask(), await ask(), await ask()]).toEqual([
    [1, 60, true],
    [161, 31, false],
    [undefined, 0, false],
  ]);
  expect(place).toMatchObject({ after: 300, told: [] });
});

it('reaches back thirty days, also from an older place', async () => {
  const day = 86_400_000;
  const committed = [event(1, start - 31 * day), event(2, start - 29 * day)];
  const place = { after: 0, at: start - 90 * day, mark, told: [] };
  for (const from of [null, place]) {
    const { events } = await activityOf(eventsIn(committed), viewer, from, 5, new Date(start));
    expect(events.map((one) => one.event.id)).toEqual([2]);
  }
});
