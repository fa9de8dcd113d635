import DataLoader from 'dataloader';
import type { FlagReason, KnowledgeUnit, ProposalRecord, Revision, Store, UnitUsage, User } from '../store/store.ts';

interface UnitVersion {
  readonly unitId: string;
  readonly version: number;
}

/** Data loaders: batch and cache the reads of one request, against N+1 queries. */
export interface Loaders {
  readonly unit: DataLoader<string, KnowledgeUnit | null>;
  readonly usage: DataLoader<string, UnitUsage | null>;
  /** The unit at the end of the chain of `supersededBy`: see `LifecycleStore.successors`. */
  readonly successor: DataLoader<string, string | null>;
  readonly userByName: DataLoader<string, User | null>;
  readonly userById: DataLoader<number, User | null>;
  /** By the name of the proposer. */
  readonly proposalRecord: DataLoader<string, ProposalRecord>;
  readonly flagCounts: DataLoader<string, Partial<Record<FlagReason, number>>>;
  readonly confirmed: DataLoader<string, boolean>;
  readonly flagged: DataLoader<string, boolean>;
  /** What a unit said in a version; null where that is not kept. */
  readonly version: DataLoader<UnitVersion, Revision | null, string>;
}

/** What does not depend on who asks. */
export type SharedLoaders = Omit<Loaders, 'confirmed' | 'flagged'>;

/** Creates the data loaders of one request; `username` is null for an anonymous caller. */
export function createLoaders(store: Store, username: string | null, shared = createSharedLoaders(store)): Loaders {
  const actedOn = (type: 'confirmed' | 'flagged') =>
    new DataLoader<string, boolean>(async (ids) => {
      const acted = username === null ? new Set() : await store.events.unitsActedOn(type, username, ids);
      return ids.map((id) => acted.has(id));
    });
  return { ...shared, confirmed: actedOn('confirmed'), flagged: actedOn('flagged') };
}

/** Data loaders for any number of callers, to be used for a moment: they do not see what changes after the first read. */
export function createSharedLoaders(store: Store): SharedLoaders {
  return {
    unit: new DataLoader((ids) => store.units.findMany(ids)),
    usage: new DataLoader((ids) => store.usage.findMany(ids)),
    successor: new DataLoader((ids) => store.lifecycle.successors(ids)),
    userByName: new DataLoader((names) => store.users.findManyByName(names)),
    userById: new DataLoader((ids) => store.users.findMany(ids)),
    proposalRecord: new DataLoader((names) => store.reviews.recordsOf(names)),
    flagCounts: new DataLoader((ids) => store.flags.counts(ids)),
    version: new DataLoader((wanted) => store.revisions.ofVersions(wanted), {
      cacheKeyFn: ({ unitId, version }) => `${unitId} ${version}`,
    }),
  };
}
