import type { ApiKey, Flag, KnowledgeUnit, Page, User } from '../store/store.ts';
import { encodeCursor } from './cursor.ts';

/** What all our connections look like to resolvers. */
export interface Connection<T> {
  readonly edges: { readonly cursor: string; readonly node: T }[];
  readonly nodes: T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Asked only when selected. */
  readonly totalCount: () => Promise<number>;
}

export type UnitPage = Connection<KnowledgeUnit>;
export type FlagPage = Connection<Flag>;
export type UserPage = Connection<User>;
export type ApiKeyPage = Connection<ApiKey>;

export interface ConnectionSource<T> {
  readonly page: Page<T>;
  /** The list's hash, and where an item stands in it. */
  readonly list: string;
  readonly positionOf: (item: T) => readonly (string | number)[];
  readonly from?: unknown;
  readonly backward?: boolean;
  readonly totalCount: () => Promise<number>;
}

/** A page as a connection. Whether something lies on the side the caller came from is taken from the cursor given. */
export function connection<T>({
  page,
  list,
  positionOf,
  from,
  backward = false,
  totalCount,
}: ConnectionSource<T>): Connection<T> {
  const edges = page.items.map((node) => ({ cursor: encodeCursor(list, positionOf(node)), node }));
  const camePast = from !== undefined && from !== null;
  return {
    edges,
    nodes: [...page.items],
    pageInfo: {
      hasNextPage: backward ? camePast : page.hasMore,
      hasPreviousPage: backward ? page.hasMore : camePast,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}
