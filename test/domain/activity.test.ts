import { expect, it } from 'vitest';
import { activityOf } from '../../src/domain/activity.ts';
import type { KnownViewer } from '../../src/domain/viewer.ts';
import type { LogPlace, Store } from '../../src/store/store.ts';

it('reaches back thirty days, from any place, and is of the domains of the key', async () => {
  const asked: unknown[] = [];
  const ofProposals = async (...given: unknown[]) => void asked.push(given);
  const now = () => new Date('2026-03-31T12:00:00Z');
  const store = { now, events: { ofProposals } } as unknown as Store;
  const limits = { access: 'write', domains: ['api'] } as const;
  const viewer = { kind: 'agent', user: { username: 'pat' }, limits } as unknown as KnownViewer;
  const place: LogPlace = { epoch: 'e', transaction: 0, id: 1, at: null, open: [] };
  for (const after of [null, place]) await activityOf(store, viewer, after, 5);
  const since = new Date('2026-03-01T12:00:00Z');
  expect(asked).toEqual([null, place].map((after) => ['pat', { after, since, within: ['api'], limit: 5 }]));
});
