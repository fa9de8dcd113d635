import type { AttentionReason } from '../domain/attention.ts';
import type {
  ApiKey,
  AuditEntry,
  Confirmation,
  Erasure,
  Flag,
  Invitation,
  KnowledgeUnit,
  NearRepeat,
  Page,
  Quarantined,
  Revision,
  Session,
  UnitEvent,
  User,
  UserErasure,
  Webhook,
  WebhookDelivery,
} from '../store/store.ts';
import { encodeCursor } from './cursor.ts';

/** A Relay connection, as resolvers return it. */
export interface Connection<T> {
  readonly edges: { readonly cursor: string; readonly node: T }[];
  readonly nodes: T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Called only when the field is selected. */
  readonly totalCount: () => Promise<number>;
}

/** Of units, each with its reason. */
export type AttentionPage = Omit<Connection<KnowledgeUnit>, 'edges'> & {
  readonly edges: (Connection<KnowledgeUnit>['edges'][number] & { readonly reason: AttentionReason })[];
};
export type UnitPage = Connection<KnowledgeUnit>;
export type NearRepeatPage = Connection<NearRepeat>;
export type ConfirmationPage = Connection<Confirmation>;
export type ActivityPage = Omit<Connection<UnitEvent>, 'totalCount'>;
export type FlagPage = Connection<Flag>;
export type RevisionPage = Connection<Revision>;
export type ErasurePage = Connection<Erasure>;
export type UserErasurePage = Connection<UserErasure>;
export type UserPage = Connection<User>;
export type ApiKeyPage = Connection<ApiKey>;
export type SessionPage = Connection<Session>;
export type QuarantinePage = Connection<Quarantined>;
export type InvitationPage = Connection<Invitation>;
export type AuditPage = Connection<AuditEntry>;
export type WebhookPage = Connection<Webhook>;
export type DeliveryPage = Connection<WebhookDelivery>;

export interface ConnectionSource<T> {
  readonly page: Page<T>;
  /** The hash that binds cursors to this list (`listHash`). */
  readonly list: string;
  /** The keyset of an item, and of its place in the page: its sort key and its id. */
  readonly positionOf: (item: T, index: number) => readonly (string | number)[];
  /** The cursor that the page starts at, if any. */
  readonly from?: unknown;
  readonly backward?: boolean;
  readonly totalCount: () => Promise<number>;
}

/** Makes a Relay connection of a page. On the side that the caller came from there are more items if a cursor was given. */
export function toConnection<T>({
  page,
  list,
  positionOf,
  from,
  backward = false,
  totalCount,
}: ConnectionSource<T>): Connection<T> {
  const edges = page.items.map((node, index) => ({ cursor: encodeCursor(list, positionOf(node, index)), node }));
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
