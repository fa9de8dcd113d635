import { maySeeEvent } from '../domain/knowledge.ts';
import { mapping, selecting } from '../live/iterators.ts';
import type { EventType, KnowledgeUnit, LogEntry, UnitEvent } from '../store/store.ts';
import type { Context } from './context.ts';
import { cursorOf, placeOf } from './log-cursors.ts';
import { sharedLoadersOf } from './shared-loaders.ts';
import { type AuditEvent, type KnowledgeEvent, readEventFilter } from './subscription-events.ts';
import type { Resolvers } from './types.generated.ts';

/** More entries than this are not told from a cursor on. */
const maxBehind = 100_000;
/** Decisions that a proposer is told of. */
const decisions: ReadonlySet<EventType> = new Set(['approved', 'rejected', 'merged']);

/** Resolvers of schema/subscriptions.graphql. */
export const subscriptionResolvers = {
  Subscription: {
    knowledgeEvents: {
      subscribe: async (_root, { filter, after }, context) => {
        const { types, domains, unitId } = readEventFilter(filter);
        const events = await follow(
          context,
          after,
          ({ type, unitId: of }) => (types?.has(type) ?? true) && (unitId ?? of) === of,
          (unit) => domains === null || unit.domains.some((domain) => domains.has(domain)),
        );
        return mapping(events, (knowledgeEvents) => ({ knowledgeEvents }));
      },
      resolve: ({ knowledgeEvents }: { knowledgeEvents: KnowledgeEvent }) => knowledgeEvents,
    },
    proposalDecided: {
      subscribe: async (_root, { after }, context) => {
        const { viewer } = context;
        const name = viewer.kind === 'anonymous' ? null : viewer.user.username;
        const events = await follow(
          context,
          after,
          ({ type }) => decisions.has(type),
          ({ createdBy }) => createdBy === name,
        );
        return mapping(events, (proposalDecided) => ({ proposalDecided }));
      },
      resolve: ({ proposalDecided }: { proposalDecided: KnowledgeEvent }) => proposalDecided,
    },
    reviewQueueChanged: {
      subscribe: (_root, _args, { live }) =>
        mapping(live.queue.follow(), (reviewQueueChanged) => ({ reviewQueueChanged })),
    },
    auditLogged: {
      subscribe: async (_root, { after }, { store, live }) =>
        mapping(live.audit.follow(await placeOf('audit', store.audit.log, after, maxBehind)), (auditLogged) => ({
          auditLogged,
        })),
      resolve: ({ auditLogged }: { auditLogged: AuditEvent }) => auditLogged,
    },
  },

  Query: {
    eventCursor: async (_root, _args, { store, places }) =>
      cursorOf('events', places?.events || (await store.events.log.end())),
    auditCursor: async (_root, _args, { store, places }) =>
      cursorOf('audit', places?.audit || (await store.audit.log.end())),
  },

  KnowledgeEvent: {
    cursor: ({ place }) => cursorOf('events', place),
    activity: ({ entry }) => entry,
  },

  AuditEvent: {
    cursor: ({ place }) => cursorOf('audit', place),
    entry: ({ entry }) => entry,
  },
} satisfies Resolvers;

/** The events that the caller may see, and that pass; `passes` is asked before the unit is read. */
async function follow(
  { store, live, viewer, since }: Context,
  after: string | null | undefined,
  passes: (event: UnitEvent) => boolean,
  unitPasses: (unit: KnowledgeUnit) => boolean,
): Promise<AsyncIterableIterator<LogEntry<UnitEvent>>> {
  const place = await placeOf('events', store.events.log, after, maxBehind);
  const isTold = async ({ entry }: LogEntry<UnitEvent>) => {
    if (!passes(entry)) return false;
    const unit = await sharedLoadersOf(store, entry, since).unit.load(entry.unitId);
    return unit !== null && unitPasses(unit) && maySeeEvent(viewer, entry.type, unit);
  };
  return selecting(live.events.follow(place), isTold, live.inTurn);
}
