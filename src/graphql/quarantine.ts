import { parseNodeId, quarantineNodeId } from '../domain/ids.ts';
import { admitUnit, discardQuarantined } from '../domain/quarantine.ts';
import { NotFoundError } from '../errors.ts';
import { decodeCursor, isInteger, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { Resolvers } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

/** Resolvers of schema/quarantine.graphql. */
export const quarantineResolvers = {
  Query: {
    quarantine: async (_root, { first, after }, { store }) => {
      const list = listHash('quarantine');
      const from = after == null ? undefined : decodeCursor('after', after, list, isPosition);
      return toConnection({
        page: await store.quarantine.list({
          limit: pageSize('first', first, 20),
          from: from && { key: from[0], id: from[0] },
        }),
        list,
        positionOf: ({ id }) => [id],
        from: after,
        totalCount: () => store.quarantine.count(),
      });
    },
  },

  Mutation: {
    admitQuarantinedRow: (_root, { input: { id, repaired = null } }, { store, viewer, settings }) =>
      mutationPayload(['knowledgeUnit'], async () => {
        const { secretScan } = settings.trust;
        const knowledgeUnit = await admitUnit(store, numberOf(id), repaired, { by: viewer, secretScan });
        settings.embedSoon();
        return { knowledgeUnit };
      }),
    discardQuarantinedRow: (_root, { input }, { store, viewer }) =>
      mutationPayload(['row'], async () => ({
        row: await discardQuarantined(store, numberOf(input.id), { by: viewer }),
      })),
  },

  QuarantinedRow: {
    id: ({ id }) => quarantineNodeId(id),
    content: ({ source, content }) => (source === 'knowledge_units' ? content : null),
  },
} satisfies Resolvers;

function numberOf(nodeId: string): number {
  const id = parseNodeId(nodeId);
  if (id?.type !== 'QuarantinedRow') throw new NotFoundError('row in quarantine', nodeId);
  return Number(id.rest);
}

const isPosition = (position: readonly unknown[]): position is [number] =>
  position.length === 1 && isInteger(position[0]);
