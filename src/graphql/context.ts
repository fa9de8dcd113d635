import type { Budget } from '../domain/cost-limit.ts';
import type { Passwords } from '../domain/passwords.ts';
import type { QueryVectors } from '../domain/query-vectors.ts';
import type { Secrets } from '../domain/secrets.ts';
import type { ServerSettings } from '../domain/settings-audit.ts';
import type { SignInLimit } from '../domain/sign-in-limit.ts';
import type { TrustPolicy } from '../domain/trust.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { WebhookService } from '../domain/webhooks.ts';
import type { Live } from '../live/live.ts';
import type { LogPlace, Store } from '../store/store.ts';
import type { WebSession } from '../transport/request.ts';
import type { Loaders } from './loaders.ts';

/** How this server is set up, for administrators. */
export interface ServerState {
  readonly databaseEngine: string;
  /** Without passwords. */
  readonly database: string;
  readonly settings: ServerSettings;
}

/** Settings of this server that resolvers need. */
export interface Settings {
  readonly version: string;
  readonly nodeName: string | null;
  readonly publicRead: boolean;
  readonly maxQueryCost: number;
  readonly trust: TrustPolicy;
  /** For how many days a unit may go unconfirmed before reviewers are told; null for ever. */
  readonly staleAfterDays: number | null;
  /** The cosine similarity from which a proposal is a duplicate; null without an embedding service. */
  readonly duplicateThreshold: number | null;
  /** Why this process cannot embed units at the moment; null when it can. */
  readonly embeddingProblem: () => string | null;
  /** Wakes the embedding worker, after a unit was proposed or its job was requeued. */
  readonly embedSoon: () => void;
  readonly webhooks: WebhookService;
  readonly passwords: Passwords;
  readonly state: ServerState;
}

/** The context of an operation, which every resolver receives. */
export interface Context {
  readonly store: Store;
  readonly queryVectors: QueryVectors;
  readonly secrets: Secrets;
  readonly settings: Settings;
  readonly viewer: Viewer;
  readonly loaders: Loaders;
  readonly live: Live;
  /** The ends of the logs that a query asks for, read before all else. */
  readonly places?: { readonly events: LogPlace | false; readonly audit: LogPlace | false };
  /** When the operation was sent, by `performance.now()`. */
  readonly since: number;
  readonly signInLimit: SignInLimit;
  /** As in `RequestContext`: to be called before work that waits in a queue of its own. */
  readonly releaseSlot: () => void;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
  /** The web page that sent the operation; null for any other client. */
  readonly web: WebSession | null;
  /** The caller's network address. */
  readonly address: string;
  /** What the caller's program says that it is. */
  readonly userAgent: string | undefined;
  /** The caller's cost limit after this operation; null where there is no limit. */
  readonly budget: Budget | null;
}
