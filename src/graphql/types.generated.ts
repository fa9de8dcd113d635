import type { ReviewStatus } from '../store/store.ts';
import type { BulkDecision } from '../domain/bulk-review.ts';
import type { Tier } from '../store/store.ts';
import type { FlagReason } from '../store/store.ts';
import type { EventType as ActivityType } from '../store/store.ts';
import type { ApiKeyAccess } from '../store/store.ts';
import type { UserRole } from '../store/store.ts';
import type { SearchMode } from '../domain/search.ts';
import type { AuditActorKind } from './enums.ts';
import type { RepeatBasis as DuplicateBasis } from '../store/store.ts';
import type { EmbeddingModelState } from './enums.ts';
import type { ErasureStatus } from './enums.ts';
import type { ErasureBackupKind } from './enums.ts';
import type { MatchMode } from './enums.ts';
import type { OrderDirection } from './enums.ts';
import type { KnowledgeUnitOrderField } from './enums.ts';
import type { Scope } from '../domain/viewer.ts';
import type { AttentionReason } from '../domain/attention.ts';
import type { SuggestionStatus } from '../store/store.ts';
import type { ContentField } from '../domain/content.ts';
import type { WebhookFormat } from '../store/store.ts';
import type { WebhookOffReason } from '../store/store.ts';
import type { DeliveryStatus as WebhookDeliveryStatus } from '../store/store.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { KnowledgeUnit as UnitRecord, Flag as FlagRecord, Review as ReviewRecord, Withdrawal as WithdrawalRecord, Revision as RevisionRecord, Revision as SuggestionRecord, UnitContent, UnitEvent, NearRepeat as NearRepeatRecord, Confirmation as ConfirmationRecord, User as UserRecord, ApiKey as ApiKeyRecord, Session as SessionRecord, Quarantined, Invitation as InvitationRecord, AuditEntry as AuditEntryRecord, Erasure as ErasureRecord, UserErasure as UserErasureRecord, Webhook as WebhookRecord, WebhookDelivery as DeliveryRecord } from '../store/store.ts';
import type { UnitPage, AttentionPage, FlagPage, RevisionPage, NearRepeatPage, ConfirmationPage, ActivityPage, UserPage, ApiKeyPage, SessionPage, QuarantinePage, InvitationPage, AuditPage, ErasurePage, UserErasurePage, WebhookPage, DeliveryPage } from './relay-connections.ts';
import type { Usage, StatsSource, SearchPage, SearchResult, AnyUserError } from './resolver-types.ts';
import type { ContentChange as ContentChangeRecord } from '../domain/content.ts';
import type { KnowledgeEvent as KnowledgeEventRecord, AuditEvent as AuditEventRecord } from './subscription-events.ts';
import type { QueueState } from '../live/review-queue.ts';
import type { ErasureBackup as ErasureBackupRecord } from '../domain/backups.ts';
import type { KnownViewer } from '../domain/viewer.ts';
import type { ModelStatus } from '../domain/embeddings.ts';
import type { Related } from '../domain/duplicates.ts';
import type { Repeat } from '../domain/repeats.ts';
import type { Settings, ServerState as ServerStateSource, Context } from './context.ts';
import type { AnyNode } from './relay-node.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type EnumResolverSignature<T, AllowedValues = any> = { [key in keyof T]?: AllowedValues };
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A calendar day in UTC, `YYYY-MM-DD`. */
  Date: { input: string; output: string; }
  /** An instant in UTC, RFC 3339, millisecond precision, always with a `Z` suffix. */
  DateTime: { input: Date; output: Date; }
  /** A JSON object, carried through untouched: its keys and values, numbers as they were written (`1.0`, integers of any size). */
  JSONObject: { input: string; output: string; }
};

export type AcceptInvitationInput = {
  /** 8 characters or more, at most 72 bytes of UTF-8. */
  password: Scalars['String']['input'];
  token: Scalars['String']['input'];
  /** 1 to 64 characters that show, without spaces at the ends; not to be mistaken for the name of another account. */
  username: Scalars['String']['input'];
};

export type AcceptInvitationPayload = {
  __typename?: 'AcceptInvitationPayload';
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** As of `signIn`. Null also for the web page of the server itself, whose browser gets it in a cookie. */
  token: Maybe<Scalars['String']['output']>;
  /** `INVALID_CREDENTIALS` for a token that cannot be used, whatever the reason. */
  userErrors: Array<UserError>;
  viewer: Maybe<Viewer>;
};

/** Something that happened to a unit. */
export type Activity = Node & {
  __typename?: 'Activity';
  /** Who did it. Null unless the caller is that person or a reviewer, or proposed the unit; of confirmations, flags and suggestions for the proposer too. */
  actor: Maybe<User>;
  at: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  knowledgeUnit: KnowledgeUnit;
  /** What a reviewer gave as the reason or the note; null for everyone but reviewers. */
  note: Maybe<Scalars['String']['output']>;
  type: ActivityType;
  /** The version that was confirmed, flagged or decided over, or that was made; null before versions were kept. */
  version: Maybe<Scalars['Int']['output']>;
};

export type ActivityConnection = {
  __typename?: 'ActivityConnection';
  edges: Array<ActivityEdge>;
  nodes: Array<Activity>;
  pageInfo: PageInfo;
};

export type ActivityEdge = {
  __typename?: 'ActivityEdge';
  cursor: Scalars['String']['output'];
  node: Activity;
};

export type { ActivityType };

export type AdmitQuarantinedRowInput = {
  id: Scalars['ID']['input'];
  /** The repaired row as JSON, as `content` has it, or of the unit alone; null to try the row again as it is. */
  repaired?: InputMaybe<Scalars['String']['input']>;
};

export type AdmitQuarantinedRowPayload = {
  __typename?: 'AdmitQuarantinedRowPayload';
  knowledgeUnit: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

/** Another reviewer decided first; `unit.review` says who and how. */
export type AlreadyReviewedError = UserError & {
  __typename?: 'AlreadyReviewedError';
  code: UserErrorCode;
  message: Scalars['String']['output'];
  path: Maybe<Array<Scalars['String']['output']>>;
  unit: KnowledgeUnit;
};

/** What is left out of the content stays as it is. */
export type AmendKnowledgeUnitInput = {
  /** Whether to approve the pending unit as it is then, in the same step. For reviewers. */
  approve?: InputMaybe<Scalars['Boolean']['input']>;
  context?: InputMaybe<KnowledgeContextChangeInput>;
  /** 1 to 16 after trimming, each at most 64 characters. */
  domains?: InputMaybe<Array<Scalars['String']['input']>>;
  /** At most 20 keys in `namespace:key` form; `{}` removes them. */
  extensions?: InputMaybe<Scalars['JSONObject']['input']>;
  id: Scalars['ID']['input'];
  insight?: InputMaybe<InsightChangeInput>;
  /** Of the approval: at most 1000 characters, seen by reviewers only. */
  internalNote?: InputMaybe<Scalars['String']['input']>;
  /** Of the approval: at most 1000 characters, for the proposer, and seen by reviewers too. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Why; at most 1000 characters. Needed for an approved unit; seen by reviewers and the proposer. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The version that was read: the change is made only if the unit still has it. */
  version: Scalars['Int']['input'];
};

export type AmendKnowledgeUnitPayload = {
  __typename?: 'AmendKnowledgeUnitPayload';
  knowledgeUnit: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

/** A credential for an agent. It acts in its owner's name. */
export type ApiKey = Node & {
  __typename?: 'ApiKey';
  access: ApiKeyAccess;
  createdAt: Scalars['DateTime']['output'];
  /** The domains that it is limited to: it reads units that have one of them, and proposes units that have no other. Null for all. */
  domains: Maybe<Array<Scalars['String']['output']>>;
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** Neither revoked nor expired. */
  isActive: Scalars['Boolean']['output'];
  labels: Array<Scalars['String']['output']>;
  lastUsedAt: Maybe<Scalars['DateTime']['output']>;
  name: Scalars['String']['output'];
  /** First characters of the secret, to tell keys apart. */
  prefix: Scalars['String']['output'];
  revokedAt: Maybe<Scalars['DateTime']['output']>;
  /** The lifetime asked for, such as `30d`. */
  ttl: Scalars['String']['output'];
};

export type { ApiKeyAccess };

export type ApiKeyConnection = {
  __typename?: 'ApiKeyConnection';
  edges: Array<ApiKeyEdge>;
  nodes: Array<ApiKey>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type ApiKeyEdge = {
  __typename?: 'ApiKeyEdge';
  cursor: Scalars['String']['output'];
  node: ApiKey;
};

export type ApproveKnowledgeUnitInput = {
  id: Scalars['ID']['input'];
  /** At most 1000 characters; seen by reviewers only. */
  internalNote?: InputMaybe<Scalars['String']['input']>;
  /** At most 1000 characters; for the proposer, and seen by reviewers too. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** An approved unit whose place this one takes, in the same step. */
  supersedesId?: InputMaybe<Scalars['ID']['input']>;
  /** The version that was read: send it, so that nothing is decided over that its proposer has amended meanwhile. */
  version?: InputMaybe<Scalars['Int']['input']>;
};

export type ApproveKnowledgeUnitPayload = {
  __typename?: 'ApproveKnowledgeUnitPayload';
  knowledgeUnit: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

export type ApproveSuggestionInput = {
  id: Scalars['ID']['input'];
  /** At most 1000 characters; seen by reviewers only. */
  internalNote?: InputMaybe<Scalars['String']['input']>;
  /** At most 1000 characters; for the suggestion's author, and seen by reviewers too. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** The version of the unit that the suggestion was compared with. */
  version: Scalars['Int']['input'];
};

export type ApproveSuggestionPayload = {
  __typename?: 'ApproveSuggestionPayload';
  knowledgeUnit: Maybe<KnowledgeUnit>;
  suggestion: Maybe<Suggestion>;
  userErrors: Array<UserError>;
};

export type AttentionConnection = {
  __typename?: 'AttentionConnection';
  edges: Array<AttentionEdge>;
  /** A unit is here once for each reason. */
  nodes: Array<KnowledgeUnit>;
  pageInfo: PageInfo;
  /** Counted only when selected. */
  totalCount: Scalars['Int']['output'];
};

export type AttentionEdge = {
  __typename?: 'AttentionEdge';
  cursor: Scalars['String']['output'];
  node: KnowledgeUnit;
  reason: AttentionReason;
};

export type { AttentionReason };

export type { AuditActorKind };

export type AuditConnection = {
  __typename?: 'AuditConnection';
  edges: Array<AuditEdge>;
  nodes: Array<AuditEntry>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type AuditEdge = {
  __typename?: 'AuditEdge';
  cursor: Scalars['String']['output'];
  node: AuditEntry;
};

/** Something that changed who may do what, or what is said. */
export type AuditEntry = {
  __typename?: 'AuditEntry';
  /** What was done, such as `user.created`. New actions may be added. */
  action: Scalars['String']['output'];
  /** The account of a person or an agent, by its name of today; null for others, and where the account is gone. */
  actor: Maybe<User>;
  actorKind: AuditActorKind;
  /** The network address, an IPv4 address or an IPv6 network; null for what comes from no request, and where somebody was erased. */
  address: Maybe<Scalars['String']['output']>;
  at: Scalars['DateTime']['output'];
  /** How often it happened from `at` to `lastAt`; more than once for what callers can repeat at will. */
  count: Scalars['Int']['output'];
  /** What the action says beyond that, such as a role. */
  details: Maybe<Scalars['JSONObject']['output']>;
  /** Begins with `aud_`. Entries that count repeats keep theirs. */
  id: Scalars['ID']['output'];
  /** The API key of an agent. */
  keyId: Maybe<Scalars['ID']['output']>;
  lastAt: Scalars['DateTime']['output'];
  /** The id of what it was done to, which may be gone. */
  target: Maybe<Scalars['ID']['output']>;
  /** The account that it was done to; null where it is something else, and where the account is gone. */
  targetUser: Maybe<User>;
};

export type AuditEvent = {
  __typename?: 'AuditEvent';
  /** For `after`: the place behind this entry. */
  cursor: Scalars['String']['output'];
  entry: AuditEntry;
};

/** An absent field is no condition. */
export type AuditFilter = {
  /** At most 50; one that this server does not know is refused. */
  actions?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The id of an account. */
  actor?: InputMaybe<Scalars['ID']['input']>;
  at?: InputMaybe<DateTimeRange>;
  /** The id of what it was done to, at most 100 characters. */
  target?: InputMaybe<Scalars['ID']['input']>;
};

export type { BulkDecision };

/** What came of one unit. */
export type BulkReviewResult = {
  __typename?: 'BulkReviewResult';
  id: Scalars['ID']['output'];
  /** Null where it was refused. */
  knowledgeUnit: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

export type ChangePasswordInput = {
  currentPassword: Scalars['String']['input'];
  /** 8 characters or more, at most 72 bytes of UTF-8. */
  newPassword: Scalars['String']['input'];
};

export type ChangePasswordPayload = {
  __typename?: 'ChangePasswordPayload';
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** Null also for the web page of the server itself, whose browser gets it in a cookie. */
  token: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
};

export type CloseUserInput = {
  id: Scalars['ID']['input'];
};

export type CloseUserPayload = {
  __typename?: 'CloseUserPayload';
  user: Maybe<User>;
  userErrors: Array<UserError>;
};

export type ConfidenceBucket = {
  __typename?: 'ConfidenceBucket';
  count: Scalars['Int']['output'];
  lower: Scalars['Float']['output'];
  upper: Scalars['Float']['output'];
};

/** The confidence of a unit from an instant on. */
export type ConfidencePoint = {
  __typename?: 'ConfidencePoint';
  at: Scalars['DateTime']['output'];
  confidence: Scalars['Float']['output'];
};

export type ConfirmKnowledgeUnitInput = {
  id: Scalars['ID']['input'];
};

export type ConfirmKnowledgeUnitPayload = {
  __typename?: 'ConfirmKnowledgeUnitPayload';
  knowledgeUnit: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

/** Somebody's confirmations of a unit. */
export type Confirmation = {
  __typename?: 'Confirmation';
  /** When last. */
  confirmedAt: Scalars['DateTime']['output'];
  /** Null where the account is gone, as of a person who was erased. */
  confirmedBy: Maybe<User>;
  /** The version that was confirmed last; null where it is not known, as of a unit that came from elsewhere. */
  version: Maybe<Scalars['Int']['output']>;
};

export type ConfirmationConnection = {
  __typename?: 'ConfirmationConnection';
  edges: Array<ConfirmationEdge>;
  nodes: Array<Confirmation>;
  pageInfo: PageInfo;
  /** Those that the caller may see; counted only when selected. */
  totalCount: Scalars['Int']['output'];
};

export type ConfirmationEdge = {
  __typename?: 'ConfirmationEdge';
  cursor: Scalars['String']['output'];
  node: Confirmation;
};

/** What two contents say differently of a field: the items of a list, else one text; nothing of what is empty. Extensions are JSON. */
export type ContentChange = {
  __typename?: 'ContentChange';
  after: Array<Scalars['String']['output']>;
  before: Array<Scalars['String']['output']>;
  field: ContentField;
};

export type { ContentField };

/** Somebody whose proposals were approved. */
export type Contributor = {
  __typename?: 'Contributor';
  /** How many of their units. */
  approved: Scalars['Int']['output'];
  user: User;
};

export type CreateApiKeyInput = {
  access?: ApiKeyAccess;
  /** Limits the key to 1 to 16 domains, each at most 64 characters; normalised as those of units are. Null for no such limit. */
  domains?: InputMaybe<Array<Scalars['String']['input']>>;
  /** At most 16, each at most 64 characters; trimmed, without repeats. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** 1 to 64 characters. */
  name: Scalars['String']['input'];
  /** A whole number and `s`, `m`, `h` or `d`, such as `30d` or `12h`; at most `365d`. */
  ttl: Scalars['String']['input'];
};

export type CreateApiKeyPayload = {
  __typename?: 'CreateApiKeyPayload';
  apiKey: Maybe<ApiKey>;
  /** Shown this once. */
  secret: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
};

export type CreateUserInput = {
  /** 8 characters or more, at most 72 bytes of UTF-8. */
  password: Scalars['String']['input'];
  role?: UserRole;
  /** 1 to 64 characters that show, without spaces at the ends; not to be mistaken for the name of another account. */
  username: Scalars['String']['input'];
};

export type CreateUserPayload = {
  __typename?: 'CreateUserPayload';
  user: Maybe<User>;
  userErrors: Array<UserError>;
};

export type CreateWebhookInput = {
  /** One subscription with one field, at most 16,384 characters; left out for Slack and Teams. */
  document?: InputMaybe<Scalars['String']['input']>;
  format?: InputMaybe<WebhookFormat>;
  /** At most 64 characters. */
  name: Scalars['String']['input'];
  /** An https URL, at most 2000 characters. It must lead to the public internet, unless the server is set up otherwise. */
  url: Scalars['String']['input'];
  /** The values of its variables, at most 16,384 characters. Those of Slack and Teams have `$filter`. */
  variables?: InputMaybe<Scalars['JSONObject']['input']>;
};

export type CreateWebhookPayload = {
  __typename?: 'CreateWebhookPayload';
  /** `whsec_…`: what the receiver checks signatures with. Shown this once. */
  secret: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
  webhook: Maybe<Webhook>;
};

export type DailyTrend = {
  __typename?: 'DailyTrend';
  approved: Scalars['Int']['output'];
  date: Scalars['Date']['output'];
  proposed: Scalars['Int']['output'];
  rejected: Scalars['Int']['output'];
};

/** From `from`, inclusive, to `to`, exclusive; an absent end is open. */
export type DateTimeRange = {
  from?: InputMaybe<Scalars['DateTime']['input']>;
  to?: InputMaybe<Scalars['DateTime']['input']>;
};

export type DeleteWebhookInput = {
  id: Scalars['ID']['input'];
};

export type DeleteWebhookPayload = {
  __typename?: 'DeleteWebhookPayload';
  userErrors: Array<UserError>;
  /** As it was. */
  webhook: Maybe<Webhook>;
};

export type DiscardQuarantinedRowInput = {
  id: Scalars['ID']['input'];
};

export type DiscardQuarantinedRowPayload = {
  __typename?: 'DiscardQuarantinedRowPayload';
  /** As it was. */
  row: Maybe<QuarantinedRow>;
  userErrors: Array<UserError>;
};

export type DismissNearRepeatInput = {
  /** Of a `NearRepeat`. */
  id: Scalars['ID']['input'];
};

export type DismissNearRepeatPayload = {
  __typename?: 'DismissNearRepeatPayload';
  /** Of the pair that is gone. */
  id: Maybe<Scalars['ID']['output']>;
  userErrors: Array<UserError>;
};

export type DomainCount = {
  __typename?: 'DomainCount';
  count: Scalars['Int']['output'];
  domain: Scalars['String']['output'];
};

export type { DuplicateBasis };

/** A unit that is approved or waits says the same; send `allowDuplicate` to propose it all the same. */
export type DuplicateError = UserError & {
  __typename?: 'DuplicateError';
  basis: DuplicateBasis;
  code: UserErrorCode;
  /** Null when it waits for review and is not the caller's own. */
  existing: Maybe<KnowledgeUnit>;
  message: Scalars['String']['output'];
  path: Maybe<Array<Scalars['String']['output']>>;
  /** At most 1: of `MEANING` the cosine between the two, of `WORDS` the share of the pairs of neighbouring words that both have. */
  similarity: Scalars['Float']['output'];
};

/** A unit that says the same as another one. */
export type DuplicateKnowledgeUnit = {
  __typename?: 'DuplicateKnowledgeUnit';
  basis: DuplicateBasis;
  /** At most 1: of `MEANING` the cosine between the two, of `WORDS` the share of the pairs of neighbouring words that both have. */
  similarity: Scalars['Float']['output'];
  unit: KnowledgeUnit;
};

export type EmbeddingModel = {
  __typename?: 'EmbeddingModel';
  /** How many numbers a vector has. */
  dimensions: Scalars['Int']['output'];
  /** Units with a vector. */
  done: Scalars['Int']['output'];
  /** Why searches compare with every vector, since there is no index, and what to do; null where all is well. */
  indexProblem: Maybe<Scalars['String']['output']>;
  /** Why, for the first of them. */
  lastError: Maybe<Scalars['String']['output']>;
  name: Scalars['String']['output'];
  /** Units whose vector could not be made, until they are retried. */
  parked: Scalars['Int']['output'];
  /** The parked units by id; 20 unless told, at most 100. */
  parkedUnits: Array<ParkedUnit>;
  provider: Scalars['String']['output'];
  state: EmbeddingModelState;
  /** Units whose vector is to be made. */
  waiting: Scalars['Int']['output'];
};


export type EmbeddingModelParkedUnitsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type { EmbeddingModelState };

/** The vectors behind search by meaning. */
export type EmbeddingStatus = {
  __typename?: 'EmbeddingStatus';
  /** The models in use or in the making, oldest first. */
  models: Array<EmbeddingModel>;
  /** What keeps the process that answers from making vectors, or the database from holding them; null when nothing does. */
  problem: Maybe<Scalars['String']['output']>;
  /** What holds vectors, such as `pgvector 0.8.0`; null where nothing does. */
  vectorEngine: Maybe<Scalars['String']['output']>;
};

export type EndOtherSessionsPayload = {
  __typename?: 'EndOtherSessionsPayload';
  /** How many. */
  ended: Maybe<Scalars['Int']['output']>;
  userErrors: Array<UserError>;
};

export type EndSessionInput = {
  id: Scalars['ID']['input'];
};

export type EndSessionPayload = {
  __typename?: 'EndSessionPayload';
  /** As it was. */
  session: Maybe<Session>;
  userErrors: Array<UserError>;
};

export type EndUserSessionsInput = {
  /** The person's. */
  id: Scalars['ID']['input'];
};

export type EndUserSessionsPayload = {
  __typename?: 'EndUserSessionsPayload';
  /** How many. */
  ended: Maybe<Scalars['Int']['output']>;
  user: Maybe<User>;
  userErrors: Array<UserError>;
};

export type EraseKnowledgeUnitInput = {
  id: Scalars['ID']['input'];
  /** 1 to 1000 characters; kept, and seen by administrators only. Do not repeat what the unit said. */
  reason: Scalars['String']['input'];
};

export type EraseKnowledgeUnitPayload = {
  __typename?: 'EraseKnowledgeUnitPayload';
  /** Copies of the database, made by this server, that may still have the unit: those from before an adoption, then backups, the oldest first. */
  backups: Maybe<Array<ErasureBackup>>;
  erasure: Maybe<Erasure>;
  userErrors: Array<UserError>;
};

export type EraseUserInput = {
  id: Scalars['ID']['input'];
  /** 1 to 1000 characters; kept, and seen by administrators only. It must not have the name. */
  reason: Scalars['String']['input'];
};

export type EraseUserPayload = {
  __typename?: 'EraseUserPayload';
  /** Copies of the database, made by this server, that may still have the name: those from before an adoption, then backups, the oldest first. */
  backups: Maybe<Array<ErasureBackup>>;
  erasure: Maybe<UserErasure>;
  userErrors: Array<UserError>;
};

/** That a unit was erased. Its id is refused from then on. */
export type Erasure = {
  __typename?: 'Erasure';
  /** When it was done. */
  doneAt: Maybe<Scalars['DateTime']['output']>;
  erasedAt: Scalars['DateTime']['output'];
  /** The administrator; null for an operator at the command line. */
  erasedBy: Maybe<User>;
  reason: Scalars['String']['output'];
  status: ErasureStatus;
  /** The id that the unit had. */
  unitId: Scalars['ID']['output'];
  /** What keeps it pending, as of the last attempt to finish it. */
  waitsFor: Maybe<Scalars['String']['output']>;
};

/** A copy of the database that may still have what was erased. */
export type ErasureBackup = {
  __typename?: 'ErasureBackup';
  kind: ErasureBackupKind;
  madeAt: Scalars['DateTime']['output'];
  /** The path of a file as it was made, which may have been moved or deleted since; of an adoption on PostgreSQL, tables of the database. */
  place: Scalars['String']['output'];
};

export type { ErasureBackupKind };

export type ErasureConnection = {
  __typename?: 'ErasureConnection';
  edges: Array<ErasureEdge>;
  nodes: Array<Erasure>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type ErasureEdge = {
  __typename?: 'ErasureEdge';
  cursor: Scalars['String']['output'];
  node: Erasure;
};

export type { ErasureStatus };

/** How far the lesson may be trusted. */
export type Evidence = {
  __typename?: 'Evidence';
  /** From 0 to 1: starts at 0.5, a confirmation adds 0.1, a flag takes 0.15. */
  confidence: Scalars['Float']['output'];
  /** The proposal itself is the first. */
  confirmations: Scalars['Int']['output'];
  /** How many people have confirmed it, whoever proposed it left out; those before it came to this server are not known. */
  confirmers: Scalars['Int']['output'];
  firstObservedAt: Maybe<Scalars['DateTime']['output']>;
  lastConfirmedAt: Maybe<Scalars['DateTime']['output']>;
  /** How many of the confirmations are the proposer's own, after the proposal itself. */
  ownConfirmations: Scalars['Int']['output'];
};

/** One report that a unit is wrong. */
export type Flag = Node & {
  __typename?: 'Flag';
  createdAt: Scalars['DateTime']['output'];
  detail: Maybe<Scalars['String']['output']>;
  duplicateOf: Maybe<KnowledgeUnit>;
  flaggedBy: Maybe<User>;
  id: Scalars['ID']['output'];
  reason: FlagReason;
};

export type FlagConnection = {
  __typename?: 'FlagConnection';
  edges: Array<FlagEdge>;
  nodes: Array<Flag>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type FlagCount = {
  __typename?: 'FlagCount';
  count: Scalars['Int']['output'];
  reason: FlagReason;
};

export type FlagEdge = {
  __typename?: 'FlagEdge';
  cursor: Scalars['String']['output'];
  node: Flag;
};

export type FlagKnowledgeUnitInput = {
  /** At most 1000 characters; seen by reviewers only. */
  detail?: InputMaybe<Scalars['String']['input']>;
  /** The unit that says the same. Needed when `reason` is `DUPLICATE`, refused otherwise. */
  duplicateOfId?: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
  reason: FlagReason;
};

export type FlagKnowledgeUnitPayload = {
  __typename?: 'FlagKnowledgeUnitPayload';
  knowledgeUnit: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

export type { FlagReason };

/** Both ends are inclusive; an absent end is open. */
export type FloatRange = {
  max?: InputMaybe<Scalars['Float']['input']>;
  min?: InputMaybe<Scalars['Float']['input']>;
};

/** Something in a unit that looks like a credential. */
export type HeldSecret = {
  __typename?: 'HeldSecret';
  /** Whose it looks like, such as `github`, `aws` or `privatekey`. */
  kind: Scalars['String']['output'];
  path: Array<Scalars['String']['output']>;
};

/** A value that breaks a rule; the message names the field, the limit and what was sent. */
export type InputError = UserError & {
  __typename?: 'InputError';
  code: UserErrorCode;
  message: Scalars['String']['output'];
  path: Maybe<Array<Scalars['String']['output']>>;
};

/** The lesson itself. */
export type Insight = {
  __typename?: 'Insight';
  action: Scalars['String']['output'];
  detail: Scalars['String']['output'];
  summary: Scalars['String']['output'];
};

/** A part that is left out stays as it is. */
export type InsightChangeInput = {
  /** At most 2000 characters. */
  action?: InputMaybe<Scalars['String']['input']>;
  /** At most 8000 characters. */
  detail?: InputMaybe<Scalars['String']['input']>;
  /** At most 500 characters. */
  summary?: InputMaybe<Scalars['String']['input']>;
};

export type InsightInput = {
  /** At most 2000 characters. */
  action: Scalars['String']['input'];
  /** At most 8000 characters. */
  detail: Scalars['String']['input'];
  /** At most 500 characters. */
  summary: Scalars['String']['input'];
};

/** Both ends are inclusive; an absent end is open. */
export type IntRange = {
  max?: InputMaybe<Scalars['Int']['input']>;
  min?: InputMaybe<Scalars['Int']['input']>;
};

/**
 * Waits for somebody to open an account, by its link, once. It is void while who made it is no administrator who can sign in, and goes when
 * it is accepted or revoked.
 */
export type Invitation = Node & {
  __typename?: 'Invitation';
  createdAt: Scalars['DateTime']['output'];
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** Who made it; null for an operator at the command line. */
  invitedBy: Maybe<User>;
  /** The role of the account. */
  role: UserRole;
  /** The name that is suggested for the account; null for none. */
  username: Maybe<Scalars['String']['output']>;
};

export type InvitationConnection = {
  __typename?: 'InvitationConnection';
  edges: Array<InvitationEdge>;
  nodes: Array<Invitation>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type InvitationEdge = {
  __typename?: 'InvitationEdge';
  cursor: Scalars['String']['output'];
  node: Invitation;
};

/** What an invitation offers to who has its token. */
export type InvitationOffer = {
  __typename?: 'InvitationOffer';
  expiresAt: Scalars['DateTime']['output'];
  role: UserRole;
  /** The name that is suggested; another one may be taken. */
  username: Maybe<Scalars['String']['output']>;
};

export type InviteUserInput = {
  role?: UserRole;
  /** How long it can be accepted: a whole number and `s`, `m`, `h` or `d`, such as `7d`; at most `30d`. */
  ttl?: Scalars['String']['input'];
  /** Suggested to who is invited: of the same form as in `createUser`. */
  username?: InputMaybe<Scalars['String']['input']>;
};

export type InviteUserPayload = {
  __typename?: 'InviteUserPayload';
  invitation: Maybe<Invitation>;
  /** Shown this once. The link of it is `/invitation#` and the token, on the server's own page: what is behind the `#` is sent to nobody. */
  token: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
};

/** What a unit says: all that a revision may change. */
export type KnowledgeContent = {
  __typename?: 'KnowledgeContent';
  context: KnowledgeContext;
  domains: Array<Scalars['String']['output']>;
  extensions: Maybe<Scalars['JSONObject']['output']>;
  insight: Insight;
};

/** Where the lesson applies. */
export type KnowledgeContext = {
  __typename?: 'KnowledgeContext';
  frameworks: Array<Scalars['String']['output']>;
  languages: Array<Scalars['String']['output']>;
  pattern: Maybe<Scalars['String']['output']>;
};

/** A part that is left out stays as it is. */
export type KnowledgeContextChangeInput = {
  /** At most 16, each at most 64 characters; kept as sent. */
  frameworks?: InputMaybe<Array<Scalars['String']['input']>>;
  /** At most 16, each at most 64 characters; kept as sent. */
  languages?: InputMaybe<Array<Scalars['String']['input']>>;
  /** At most 200 characters; an empty one removes it. */
  pattern?: InputMaybe<Scalars['String']['input']>;
};

export type KnowledgeContextInput = {
  /** At most 16, each at most 64 characters; kept as sent. */
  frameworks?: InputMaybe<Array<Scalars['String']['input']>>;
  /** At most 16, each at most 64 characters; kept as sent. */
  languages?: InputMaybe<Array<Scalars['String']['input']>>;
  /** At most 200 characters. */
  pattern?: InputMaybe<Scalars['String']['input']>;
};

export type KnowledgeEvent = {
  __typename?: 'KnowledgeEvent';
  /** The unit is as it was when the event was told. */
  activity: Activity;
  /** For `after`: the place behind this event. Also for `Subscription.proposalDecided`. */
  cursor: Scalars['String']['output'];
};

/** What events to tell; an absent field asks for nothing. */
export type KnowledgeEventFilter = {
  /** Of units that have one of these domains now; at most 16, normalised as those of units are. */
  domains?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Of one unit. */
  knowledgeUnitId?: InputMaybe<Scalars['ID']['input']>;
  /** At most 50. */
  types?: InputMaybe<Array<ActivityType>>;
};

/**
 * What units to look at; an absent field asks for nothing. Domains are trimmed and compared in lower case, languages and
 * frameworks exactly, the pattern without regard to case; all of them in NFC.
 *
 * In a list every field narrows. In `search`, `languages`, `frameworks` and `pattern` raise the rank of units that have them
 * and never exclude one; all other fields narrow.
 */
export type KnowledgeFilter = {
  confidence?: InputMaybe<FloatRange>;
  /** How many people have confirmed. */
  confirmers?: InputMaybe<IntRange>;
  createdAt?: InputMaybe<DateTimeRange>;
  domainMatch?: InputMaybe<MatchMode>;
  domains?: InputMaybe<Array<Scalars['String']['input']>>;
  /** How many flags there are. */
  flags?: InputMaybe<IntRange>;
  frameworks?: InputMaybe<Array<Scalars['String']['input']>>;
  hasFlags?: InputMaybe<Scalars['Boolean']['input']>;
  languages?: InputMaybe<Array<Scalars['String']['input']>>;
  /** A unit that was never given as an answer was so before every instant. */
  lastAnsweredAt?: InputMaybe<DateTimeRange>;
  /** Of a unit whose last confirmation is not known, when it was created. */
  lastConfirmedAt?: InputMaybe<DateTimeRange>;
  pattern?: InputMaybe<Scalars['String']['input']>;
  /** Units that this person proposed, by user name. For reviewers. */
  proposedBy?: InputMaybe<Scalars['String']['input']>;
  /** When it was last decided over; a unit that waits was so at no instant. For reviewers. */
  reviewedAt?: InputMaybe<DateTimeRange>;
  /** Approved units when absent. Anything else is for reviewers. */
  statuses?: InputMaybe<Array<ReviewStatus>>;
  tiers?: InputMaybe<Array<Tier>>;
};

/** Figures over the whole commons, counted once for all who ask within 5 seconds, or within a minute where counting takes long. */
export type KnowledgeStats = {
  __typename?: 'KnowledgeStats';
  /** When the oldest of the figures was counted: what happened since may be missing. `recentActivity` is as it is now. */
  computedAt: Scalars['DateTime']['output'];
  /** Approved units by confidence, in buckets from `lower`, inclusive, to `upper`, exclusive; the last one includes 1. */
  confidenceDistribution: Array<ConfidenceBucket>;
  /** The same in ten buckets of a tenth each. */
  confidenceHistogram: Array<ConfidenceBucket>;
  /** Approved units by domain, most first, then by name. At most 100. */
  domainCounts: Array<DomainCount>;
  /** Approved units that were never given as an answer. */
  neverAnsweredCount: Scalars['Int']['output'];
  /** What happened last, newest first; 20 unless told, at most 100. */
  recentActivity: Maybe<Array<Activity>>;
  /** Every status, zeros included. */
  statusCounts: Array<StatusCount>;
  /** Approved units by tier, zeros included. */
  tierCounts: Array<TierCount>;
  /**
   * Who proposed most of the units that were approved in the last 90 days, of the last 10,000 of these; most first, then by name. 10 unless
   * told, at most 50. People whose accounts are gone are left out.
   */
  topContributors: Maybe<Array<Contributor>>;
  /** Units of every status but `RETIRED`. */
  totalCount: Scalars['Int']['output'];
  /** One row for each day from `from` to `to`, both inclusive, zeros included; the last 30 days unless told. At most 366 days. */
  trends: Array<DailyTrend>;
};


/** Figures over the whole commons, counted once for all who ask within 5 seconds, or within a minute where counting takes long. */
export type KnowledgeStatsDomainCountsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Figures over the whole commons, counted once for all who ask within 5 seconds, or within a minute where counting takes long. */
export type KnowledgeStatsRecentActivityArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Figures over the whole commons, counted once for all who ask within 5 seconds, or within a minute where counting takes long. */
export type KnowledgeStatsTopContributorsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Figures over the whole commons, counted once for all who ask within 5 seconds, or within a minute where counting takes long. */
export type KnowledgeStatsTrendsArgs = {
  from?: InputMaybe<Scalars['Date']['input']>;
  to?: InputMaybe<Scalars['Date']['input']>;
};

/** One piece of reusable experience: what happened, why it matters, what to do. */
export type KnowledgeUnit = Node & {
  __typename?: 'KnowledgeUnit';
  /**
   * What happened to it, newest first, as far as the caller may know: reviewers and its proposer all of it, everyone what changes an
   * approved unit. Units that came from elsewhere have what happened since.
   */
  activity: Maybe<ActivityConnection>;
  /**
   * How its confidence came to be what it is, oldest first: how it began, and what it was from each confirmation and each flag on. Of the
   * last 1,000 of these, at most 100 points. Of a unit that came from elsewhere, how it came.
   */
  confidenceHistory: Array<ConfidencePoint>;
  /**
   * Who has confirmed it, by name, the proposer's own confirmations after the proposal included. Reviewers see everybody; others see
   * themselves, and how many there are in `evidence`.
   */
  confirmations: Maybe<ConfirmationConnection>;
  context: KnowledgeContext;
  createdAt: Scalars['DateTime']['output'];
  /** Tags, trimmed, in lower case and in NFC, in the proposer's order. */
  domains: Array<Scalars['String']['output']>;
  /** Units that say the same, approved and pending ones: by text, by words, and where it can be compared by meaning; 3 unless told, at most 20. */
  duplicates: Array<DuplicateKnowledgeUnit>;
  evidence: Evidence;
  /** Producer-specific keys in `namespace:key` form. */
  extensions: Maybe<Scalars['JSONObject']['output']>;
  /** Counts by reason; safe for every reader. */
  flagCounts: Array<FlagCount>;
  /** The flags themselves, with the details that were sent, oldest first. */
  flags: Maybe<FlagConnection>;
  /** Where it seems to hold credentials. Until it is amended or released it is held: not approved, and shown with dots in their place. */
  heldSecrets: Array<HeldSecret>;
  id: Scalars['ID']['output'];
  insight: Insight;
  /** Who proposed it. Null unless the caller is that person or a reviewer, and where the account is gone, as of a person who was erased. */
  proposedBy: Maybe<User>;
  /** The nearest units, nearest first: approved ones, for reviewers also those that wait; 5 unless told, at most 20. */
  related: Array<RelatedKnowledgeUnit>;
  /** The decision on this unit, once there is one. Null unless the caller proposed it or is a reviewer. */
  review: Maybe<Review>;
  /**
   * What it says and said, latest first, and who changed it, when and why; nothing while it was never changed. Null unless the caller
   * proposed it or is a reviewer, and to keys that are limited to domains.
   */
  revisions: Maybe<RevisionConnection>;
  /** Who has released it, saying that these are none; null while it is held. */
  secretsReleasedBy: Maybe<User>;
  status: ReviewStatus;
  /** The suggestions to change it that wait, oldest first. */
  suggestions: Maybe<SuggestionConnection>;
  /** The unit that takes this one's place: where that was superseded itself, the one at the end of the chain, of up to 100 units. */
  supersededBy: Maybe<KnowledgeUnit>;
  tier: Tier;
  updatedAt: Scalars['DateTime']['output'];
  /** How often it was given as an answer, and asked for after another unit took its place; up to a minute behind. */
  usage: KnowledgeUnitUsage;
  /** Counts what it has said: 1 as proposed, and 1 more with each change. */
  version: Scalars['Int']['output'];
  /** Whether the caller has confirmed it. */
  viewerHasConfirmed: Scalars['Boolean']['output'];
  /** Whether the caller has flagged it. */
  viewerHasFlagged: Scalars['Boolean']['output'];
  /** How it was retired or superseded; null while it is neither. */
  withdrawal: Maybe<Withdrawal>;
};


/** One piece of reusable experience: what happened, why it matters, what to do. */
export type KnowledgeUnitActivityArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** One piece of reusable experience: what happened, why it matters, what to do. */
export type KnowledgeUnitConfirmationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** One piece of reusable experience: what happened, why it matters, what to do. */
export type KnowledgeUnitDuplicatesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** One piece of reusable experience: what happened, why it matters, what to do. */
export type KnowledgeUnitFlagsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** One piece of reusable experience: what happened, why it matters, what to do. */
export type KnowledgeUnitRelatedArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** One piece of reusable experience: what happened, why it matters, what to do. */
export type KnowledgeUnitRevisionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** One piece of reusable experience: what happened, why it matters, what to do. */
export type KnowledgeUnitSuggestionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type KnowledgeUnitConnection = {
  __typename?: 'KnowledgeUnitConnection';
  edges: Array<KnowledgeUnitEdge>;
  nodes: Array<KnowledgeUnit>;
  pageInfo: PageInfo;
  /** Counted only when selected. */
  totalCount: Scalars['Int']['output'];
};

export type KnowledgeUnitEdge = {
  __typename?: 'KnowledgeUnitEdge';
  cursor: Scalars['String']['output'];
  node: KnowledgeUnit;
};

/** The order of a list of units. */
export type KnowledgeUnitOrder = {
  direction?: OrderDirection;
  field?: KnowledgeUnitOrderField;
};

export type { KnowledgeUnitOrderField };

/** How often a unit was of use, over every API, since this server counts. */
export type KnowledgeUnitUsage = {
  __typename?: 'KnowledgeUnitUsage';
  /** How often it was among the results of a search: one for each answer, whoever asked. */
  answers: Scalars['Int']['output'];
  /** Null where it never was. */
  lastAnsweredAt: Maybe<Scalars['DateTime']['output']>;
  /** Null where it never was. */
  lastRequestedAt: Maybe<Scalars['DateTime']['output']>;
  /**
   * How often it was asked for while it was superseded: read by its id by somebody else than a reviewer, confirmed, flagged, or to be
   * revised. Such callers know its id, and not the unit in its place.
   */
  requests: Scalars['Int']['output'];
};

/** The caller already has as many as are allowed. */
export type LimitReachedError = UserError & {
  __typename?: 'LimitReachedError';
  code: UserErrorCode;
  limit: Scalars['Int']['output'];
  message: Scalars['String']['output'];
  path: Maybe<Array<Scalars['String']['output']>>;
};

export type { MatchMode };

export type MergeKnowledgeUnitInput = {
  /** The pending duplicate. */
  id: Scalars['ID']['input'];
  /** At most 1000 characters; seen by reviewers only. */
  internalNote?: InputMaybe<Scalars['String']['input']>;
  /** The unit that says the same; of one that was superseded, the one at the end of the chain. */
  intoId: Scalars['ID']['input'];
  /** At most 1000 characters; for the proposer, and seen by reviewers too. */
  note?: InputMaybe<Scalars['String']['input']>;
};

export type MergeKnowledgeUnitPayload = {
  __typename?: 'MergeKnowledgeUnitPayload';
  /** The duplicate. */
  knowledgeUnit: Maybe<KnowledgeUnit>;
  /** The unit that it was merged into. */
  successor: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Trades the token of an invitation for an account, and signs in. Needs no credentials. Of several at once with one token one opens an
   * account. Failures count as failed sign-ins of the address. Once in an operation.
   */
  acceptInvitation: Maybe<AcceptInvitationPayload>;
  /** Makes a unit of a row, and takes it out of quarantine. */
  admitQuarantinedRow: Maybe<AdmitQuarantinedRowPayload>;
  /** Changes what a unit says: reviewers one that is pending or approved, proposers their own while it is pending. */
  amendKnowledgeUnit: Maybe<AmendKnowledgeUnitPayload>;
  /** Lets everyone read a pending unit. */
  approveKnowledgeUnit: Maybe<ApproveKnowledgeUnitPayload>;
  /** Makes a suggestion the next version of its unit. */
  approveSuggestion: Maybe<ApproveSuggestionPayload>;
  /** Changes the caller's own password. Every token issued before is void; the answer has a new one. Once in an operation. */
  changePassword: Maybe<ChangePasswordPayload>;
  /**
   * Closes an account, the caller's own or, for administrators, anybody's: its tokens are void and its keys revoked. Its name stays taken,
   * and its units stay. Not the last administrator's.
   */
  closeUser: Maybe<CloseUserPayload>;
  /** Says that an approved unit held true again: confidence + 0.1, at most 1. Every confirmation counts, unless the server is set up to count one of each person, in all or a day; the unit is then answered as it is. */
  confirmKnowledgeUnit: Maybe<ConfirmKnowledgeUnitPayload>;
  /** Makes a key for an agent; 20 active ones at most. */
  createApiKey: Maybe<CreateApiKeyPayload>;
  /** Opens an account. */
  createUser: Maybe<CreateUserPayload>;
  /** Makes a webhook of the caller's; 20 at most. */
  createWebhook: Maybe<CreateWebhookPayload>;
  /** Deletes a webhook with its deliveries. */
  deleteWebhook: Maybe<DeleteWebhookPayload>;
  /** Deletes a row from quarantine for good. */
  discardQuarantinedRow: Maybe<DiscardQuarantinedRowPayload>;
  /** Says that two units do not say the same: the pair is gone until one of them says something else. */
  dismissNearRepeat: Maybe<DismissNearRepeatPayload>;
  /** Ends all sessions of the caller but that of the token that is sent with it. Keys stay as they are. */
  endOtherSessions: Maybe<EndOtherSessionsPayload>;
  /**
   * Ends a session of the caller's own, or, for administrators, anybody's: its token is void from the next request on, and within a
   * second where another process answers. One that has ended already is not found.
   */
  endSession: Maybe<EndSessionPayload>;
  /** Ends all sessions of a person. Keys stay as they are. */
  endUserSessions: Maybe<EndUserSessionsPayload>;
  /**
   * Erases a unit for good, with all its versions, suggestions, flags and events. Until `status` is `DONE`, the database's files still have
   * bytes of it. Archives of logs and backups keep what they have: see docs/erasure.md.
   */
  eraseKnowledgeUnit: Maybe<EraseKnowledgeUnitPayload>;
  /**
   * Erases a person for good: the account with its keys at once, and the name wherever it is. What the person wrote stays, under a placeholder;
   * fields such as `proposedBy` are null. Until `status` is `DONE`, rows or the database's files still have the name. The name is not given
   * again. Not the last administrator. See docs/erasure.md.
   */
  eraseUser: Maybe<EraseUserPayload>;
  /** Says that an approved unit is wrong, stale or a duplicate: confidence − 0.15, at least 0. */
  flagKnowledgeUnit: Maybe<FlagKnowledgeUnitPayload>;
  /** Makes an invitation; 200 that wait at most. */
  inviteUser: Maybe<InviteUserPayload>;
  /** Closes a pending duplicate: it is rejected and points to the approved unit that says the same, where its proposer's confirmation counts. */
  mergeKnowledgeUnit: Maybe<MergeKnowledgeUnitPayload>;
  /** Offers a lesson. It waits for review before others see it. */
  proposeKnowledgeUnit: Maybe<ProposeKnowledgeUnitPayload>;
  /** Makes a suggestion that is outdated one against the unit's current version: what it does not change is as it is by now. */
  rebaseSuggestion: Maybe<RebaseSuggestionPayload>;
  /** Makes a retired or superseded unit approved again. */
  reinstateKnowledgeUnit: Maybe<ReinstateKnowledgeUnitPayload>;
  /** Lifts the suspension of an account: its keys work again, and the person signs in anew. */
  reinstateUser: Maybe<ReinstateUserPayload>;
  /** Turns a pending unit down. */
  rejectKnowledgeUnit: Maybe<RejectKnowledgeUnitPayload>;
  /** Turns a suggestion down. */
  rejectSuggestion: Maybe<RejectSuggestionPayload>;
  /** Says that what a unit is held for are no credentials: it is shown whole, and may be approved or reinstated. */
  releaseKnowledgeUnit: Maybe<ReleaseKnowledgeUnitPayload>;
  /** Makes an approved or rejected unit pending again, to be decided over anew. */
  reopenKnowledgeUnit: Maybe<ReopenKnowledgeUnitPayload>;
  /** Opens a closed account again. The password is the same; revoked keys stay revoked. */
  reopenUser: Maybe<ReopenUserPayload>;
  /** Takes an approved or superseded unit out of everything that the public reads. It is not lost: reviewers list `RETIRED` units. */
  retireKnowledgeUnit: Maybe<RetireKnowledgeUnitPayload>;
  /** Has parked units tried again. */
  retryEmbeddings: Maybe<RetryEmbeddingsPayload>;
  /**
   * Decides over up to 100 units, over each by itself: what is refused for one of them keeps no other one back. Sent again after a failure, it
   * goes on where it ended.
   */
  reviewKnowledgeUnits: Maybe<ReviewKnowledgeUnitsPayload>;
  /** Ends a key of the caller's own, or, for administrators, anybody's. Doing it again changes nothing. */
  revokeApiKey: Maybe<RevokeApiKeyPayload>;
  /** Revokes an invitation. One that was accepted or revoked already is not found. */
  revokeInvitation: Maybe<RevokeInvitationPayload>;
  /** Gives a webhook another secret; for a day deliveries are signed with the one before too. */
  rotateWebhookSecret: Maybe<RotateWebhookSecretPayload>;
  /** Sends a delivery again that has ended, with the same id and what its event gives now. */
  sendWebhookAgain: Maybe<SendWebhookAgainPayload>;
  /** Sets the password of a person, whose tokens are void from then on. Once in an operation. */
  setUserPassword: Maybe<SetUserPasswordPayload>;
  /** Gives a person another role. The last administrator keeps theirs. */
  setUserRole: Maybe<SetUserRolePayload>;
  /** Trades a name and a password for a token, to be sent as `Authorization: Bearer`. Once in an operation. */
  signIn: Maybe<SignInPayload>;
  /** Ends the session of the token that is sent with it. */
  signOut: Maybe<SignOutPayload>;
  /** Suggests what an approved unit should say. It waits for review. The same suggestion again, while it waits, is answered with itself. */
  suggestRevision: Maybe<SuggestRevisionPayload>;
  /** Puts one approved unit in another one's place, which leaves searches and lists, and points to it. */
  supersedeKnowledgeUnit: Maybe<SupersedeKnowledgeUnitPayload>;
  /**
   * Suspends an account: its tokens are void, and its keys do not work, from the next request on, and within a second where another process
   * answers. Not the last administrator's.
   */
  suspendUser: Maybe<SuspendUserPayload>;
  /** Switches a webhook off: what waits is kept, and what happens until it is on again is never sent. */
  switchWebhookOff: Maybe<SwitchWebhookOffPayload>;
  /** Switches a webhook on, whose owner is the caller from then on: what happens from now on is sent, and what waits. */
  switchWebhookOn: Maybe<SwitchWebhookOnPayload>;
  /** Sends a test to a webhook, on or off, and answers when that has ended, after 15 seconds at the latest. */
  testWebhook: Maybe<TestWebhookPayload>;
  /** Changes a webhook, whose owner is the caller from then on. */
  updateWebhook: Maybe<UpdateWebhookPayload>;
  /** Takes back a suggestion of the caller's own that waits. */
  withdrawSuggestion: Maybe<WithdrawSuggestionPayload>;
};


export type MutationAcceptInvitationArgs = {
  input: AcceptInvitationInput;
};


export type MutationAdmitQuarantinedRowArgs = {
  input: AdmitQuarantinedRowInput;
};


export type MutationAmendKnowledgeUnitArgs = {
  input: AmendKnowledgeUnitInput;
};


export type MutationApproveKnowledgeUnitArgs = {
  input: ApproveKnowledgeUnitInput;
};


export type MutationApproveSuggestionArgs = {
  input: ApproveSuggestionInput;
};


export type MutationChangePasswordArgs = {
  input: ChangePasswordInput;
};


export type MutationCloseUserArgs = {
  input: CloseUserInput;
};


export type MutationConfirmKnowledgeUnitArgs = {
  input: ConfirmKnowledgeUnitInput;
};


export type MutationCreateApiKeyArgs = {
  input: CreateApiKeyInput;
};


export type MutationCreateUserArgs = {
  input: CreateUserInput;
};


export type MutationCreateWebhookArgs = {
  input: CreateWebhookInput;
};


export type MutationDeleteWebhookArgs = {
  input: DeleteWebhookInput;
};


export type MutationDiscardQuarantinedRowArgs = {
  input: DiscardQuarantinedRowInput;
};


export type MutationDismissNearRepeatArgs = {
  input: DismissNearRepeatInput;
};


export type MutationEndSessionArgs = {
  input: EndSessionInput;
};


export type MutationEndUserSessionsArgs = {
  input: EndUserSessionsInput;
};


export type MutationEraseKnowledgeUnitArgs = {
  input: EraseKnowledgeUnitInput;
};


export type MutationEraseUserArgs = {
  input: EraseUserInput;
};


export type MutationFlagKnowledgeUnitArgs = {
  input: FlagKnowledgeUnitInput;
};


export type MutationInviteUserArgs = {
  input: InviteUserInput;
};


export type MutationMergeKnowledgeUnitArgs = {
  input: MergeKnowledgeUnitInput;
};


export type MutationProposeKnowledgeUnitArgs = {
  input: ProposeKnowledgeUnitInput;
};


export type MutationRebaseSuggestionArgs = {
  input: RebaseSuggestionInput;
};


export type MutationReinstateKnowledgeUnitArgs = {
  input: ReinstateKnowledgeUnitInput;
};


export type MutationReinstateUserArgs = {
  input: ReinstateUserInput;
};


export type MutationRejectKnowledgeUnitArgs = {
  input: RejectKnowledgeUnitInput;
};


export type MutationRejectSuggestionArgs = {
  input: RejectSuggestionInput;
};


export type MutationReleaseKnowledgeUnitArgs = {
  input: ReleaseKnowledgeUnitInput;
};


export type MutationReopenKnowledgeUnitArgs = {
  input: ReopenKnowledgeUnitInput;
};


export type MutationReopenUserArgs = {
  input: ReopenUserInput;
};


export type MutationRetireKnowledgeUnitArgs = {
  input: RetireKnowledgeUnitInput;
};


export type MutationRetryEmbeddingsArgs = {
  input: RetryEmbeddingsInput;
};


export type MutationReviewKnowledgeUnitsArgs = {
  input: ReviewKnowledgeUnitsInput;
};


export type MutationRevokeApiKeyArgs = {
  input: RevokeApiKeyInput;
};


export type MutationRevokeInvitationArgs = {
  input: RevokeInvitationInput;
};


export type MutationRotateWebhookSecretArgs = {
  input: RotateWebhookSecretInput;
};


export type MutationSendWebhookAgainArgs = {
  input: SendWebhookAgainInput;
};


export type MutationSetUserPasswordArgs = {
  input: SetUserPasswordInput;
};


export type MutationSetUserRoleArgs = {
  input: SetUserRoleInput;
};


export type MutationSignInArgs = {
  input: SignInInput;
};


export type MutationSuggestRevisionArgs = {
  input: SuggestRevisionInput;
};


export type MutationSupersedeKnowledgeUnitArgs = {
  input: SupersedeKnowledgeUnitInput;
};


export type MutationSuspendUserArgs = {
  input: SuspendUserInput;
};


export type MutationSwitchWebhookOffArgs = {
  input: SwitchWebhookOffInput;
};


export type MutationSwitchWebhookOnArgs = {
  input: SwitchWebhookOnInput;
};


export type MutationTestWebhookArgs = {
  input: TestWebhookInput;
};


export type MutationUpdateWebhookArgs = {
  input: UpdateWebhookInput;
};


export type MutationWithdrawSuggestionArgs = {
  input: WithdrawSuggestionInput;
};

/**
 * Two approved units that say the same: by text, by words, and by meaning where that can be compared when it is looked for. It is looked for soon
 * after a unit is approved or changed.
 */
export type NearRepeat = {
  __typename?: 'NearRepeat';
  basis: DuplicateBasis;
  foundAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  other: KnowledgeUnit;
  /** As of `DuplicateKnowledgeUnit`. */
  similarity: Scalars['Float']['output'];
  unit: KnowledgeUnit;
};

export type NearRepeatConnection = {
  __typename?: 'NearRepeatConnection';
  edges: Array<NearRepeatEdge>;
  nodes: Array<NearRepeat>;
  pageInfo: PageInfo;
  /** Counted only when selected. */
  totalCount: Scalars['Int']['output'];
};

export type NearRepeatEdge = {
  __typename?: 'NearRepeatEdge';
  cursor: Scalars['String']['output'];
  node: NearRepeat;
};

/** Anything with a globally unique, refetchable id. Ids carry a type prefix: `ku_`, `flg_`, `rev_`, `evt_`, `usr_`, `key_`. */
export type Node = {
  id: Scalars['ID']['output'];
};

/** The object that the input names is not there, or not for this caller. */
export type NotFoundError = UserError & {
  __typename?: 'NotFoundError';
  code: UserErrorCode;
  id: Scalars['ID']['output'];
  message: Scalars['String']['output'];
  path: Maybe<Array<Scalars['String']['output']>>;
};

export type { OrderDirection };

/** Where a page stands in its list. */
export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor: Maybe<Scalars['String']['output']>;
};

/** A unit whose vector could not be made. */
export type ParkedUnit = {
  __typename?: 'ParkedUnit';
  attempts: Scalars['Int']['output'];
  lastError: Maybe<Scalars['String']['output']>;
  unit: KnowledgeUnit;
};

/** What became of somebody's proposals: units by their status now. */
export type ProposalRecord = {
  __typename?: 'ProposalRecord';
  approved: Scalars['Int']['output'];
  pending: Scalars['Int']['output'];
  rejected: Scalars['Int']['output'];
  /** Were approved, and are retired or superseded. */
  withdrawn: Scalars['Int']['output'];
};

export type ProposeKnowledgeUnitInput = {
  /** Whether to propose even what a unit that is approved, or the caller's own and waits, already says. */
  allowDuplicate?: InputMaybe<Scalars['Boolean']['input']>;
  context?: InputMaybe<KnowledgeContextInput>;
  /** 1 to 16 after trimming, each at most 64 characters; what shows nothing is none. */
  domains: Array<Scalars['String']['input']>;
  /** At most 20 keys in `namespace:key` form; at most 65536 characters of JSON, nested at most 32 deep. */
  extensions?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Repeat a request with the same key and you get the first answer, for 24 hours. At most 128 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  insight: InsightInput;
  /** Why, for reviewers, where a unit is revised. At most 1000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /**
   * An approved unit that should say this in place of all that it says, but for extensions that are not given: a suggestion to revise
   * it waits for review, and no unit is proposed. The same suggestion again, while it waits, is answered with itself.
   */
  revises?: InputMaybe<Scalars['ID']['input']>;
};

export type ProposeKnowledgeUnitPayload = {
  __typename?: 'ProposeKnowledgeUnitPayload';
  /** Null where a revision was suggested. */
  knowledgeUnit: Maybe<KnowledgeUnit>;
  /** Where `revises` was given. */
  suggestion: Maybe<Suggestion>;
  userErrors: Array<UserError>;
};

/** A row of an adopted database that could not be understood. It is kept, and nobody finds it. */
export type QuarantinedRow = Node & {
  __typename?: 'QuarantinedRow';
  /** When it was kept. */
  at: Scalars['DateTime']['output'];
  /** The whole row as JSON; of a unit its `data` too. Null for a row of another table, which may have the hash of a password: the command line shows it. */
  content: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  /** Why it could not be understood. */
  reason: Scalars['String']['output'];
  /** The table that it was in, such as `knowledge_units`. */
  source: Scalars['String']['output'];
  /** Its id there. */
  sourceId: Scalars['String']['output'];
};

export type QuarantinedRowConnection = {
  __typename?: 'QuarantinedRowConnection';
  edges: Array<QuarantinedRowEdge>;
  nodes: Array<QuarantinedRow>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type QuarantinedRowEdge = {
  __typename?: 'QuarantinedRowEdge';
  cursor: Scalars['String']['output'];
  node: QuarantinedRow;
};

export type Query = {
  __typename?: 'Query';
  /**
   * Units that reviewers should look at, once for each reason: by reason in the order of `AttentionReason`; flagged ones by how many flags
   * they have, most first, unconfirmed ones by their last confirmation, oldest first, superseded ones by when they were last asked for,
   * latest first, held ones by when they were proposed, oldest first. All reasons unless told.
   */
  attention: Maybe<AttentionConnection>;
  /** The same of the audit log. */
  auditCursor: Maybe<Scalars['String']['output']>;
  /** The audit log, newest first: what changed who may do what, or what is said. */
  auditLog: Maybe<AuditConnection>;
  /** How the vectors behind search by meaning are doing. */
  embeddingStatus: Maybe<EmbeddingStatus>;
  /** Units that were erased, the last first. */
  erasures: Maybe<ErasureConnection>;
  /**
   * The place behind all events that were told until now: `after` of a subscription that is to miss nothing from here on, not even before
   * its first event. Ask for it in the operation that asks for what is to be kept up to date: it is read first, and the rest from the primary.
   */
  eventCursor: Scalars['String']['output'];
  /**
   * What the invitation of a token offers; null where it cannot be accepted. Send the token in the body of a request, as with GraphQL over POST:
   * addresses are written to logs.
   */
  invitation: Maybe<InvitationOffer>;
  /** The invitations that wait to be accepted, newest first. */
  invitations: Maybe<InvitationConnection>;
  /** One unit; null when there is none, or the caller may not see it. Its proposer sees it before it is approved. */
  knowledgeUnit: Maybe<KnowledgeUnit>;
  /** Every unit the caller may see, in a stable order. Page forward with `first` and `after` or back with `last` and `before`; 20 at a time unless told, at most 100. */
  knowledgeUnits: Maybe<KnowledgeUnitConnection>;
  /** Pairs of approved units that say the same, the most similar first; without those that a reviewer has dismissed. */
  nearRepeats: Maybe<NearRepeatConnection>;
  /** Any object by its id; null when there is none, or the caller may not see it. */
  node: Maybe<Node>;
  /** Several objects by id, in the order asked; at most 100. */
  nodes: Array<Maybe<Node>>;
  /** What is in quarantine, in the order in which it was met. */
  quarantine: Maybe<QuarantinedRowConnection>;
  /** The caller's budget; null when the server sets none. */
  rateLimit: Maybe<RateLimit>;
  /** What waits for a decision, oldest first. The filter may not name statuses. */
  reviewQueue: Maybe<KnowledgeUnitConnection>;
  /**
   * Ranked search over the units the caller may see. Give a text, domains, or both.
   *
   * Domains alone: `(0.55·domain + 0.15·language + 0.15·framework + 0.15·pattern) · confidence`, over units with one of the domains.
   * A text alone: units with one of its words, by how well they match (BM25), times confidence.
   * Both: the domains narrow, and units rank by `(0.6·words + 0.2·relevance) / 0.8 · confidence`, where relevance is the sum
   * above; so do those of a text with languages, frameworks or a pattern.
   * Where meaning is searched too: units near in meaning are found besides those with one of the words, and rank by
   * `(0.6·words + w·meaning + 0.2·relevance) / (sum of the weights in use) · confidence`. `w` is the model's weight; meaning is 1 for
   * the nearest of the 100 nearest units, 0 for the farthest of them and all others, and in between as the cosine is. Ties go to the higher id. 5 at a time unless told, at most 50, and 200 in all.
   *
   * With a text, the score is `strength · √(rank / best rank)`, where rank is the formula above. The strength is the mean, by the same
   * weights, of how well the best unit matches the words, `min(1, bm25 / (100 · (total + 4 · min(lacking, unknown))))`, and of the similarity of the
   * nearest one: total is the inverse document frequency of all words, lacking that of those the unit lacks, unknown that
   * of a word in no unit.
   */
  search: Maybe<SearchConnection>;
  serverInfo: ServerInfo;
  serverState: Maybe<ServerState>;
  /** Null when reading needs credentials that the caller does not have. */
  stats: Maybe<KnowledgeStats>;
  /** The suggestions that wait for a decision, beside `reviewQueue`, oldest first. */
  suggestionQueue: Maybe<SuggestionConnection>;
  /** People who were erased, the last first. */
  userErasures: Maybe<UserErasureConnection>;
  /** Everyone with an account, by name. */
  users: Maybe<UserConnection>;
  /** The caller, or null without credentials. */
  viewer: Maybe<Viewer>;
  /** All webhooks, newest first. */
  webhooks: Maybe<WebhookConnection>;
};


export type QueryAttentionArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  reasons?: InputMaybe<Array<AttentionReason>>;
};


export type QueryAuditLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AuditFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryErasuresArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryInvitationArgs = {
  token: Scalars['String']['input'];
};


export type QueryInvitationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryKnowledgeUnitArgs = {
  id: Scalars['ID']['input'];
};


export type QueryKnowledgeUnitsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<KnowledgeFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<KnowledgeUnitOrder>;
};


export type QueryNearRepeatsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QueryNodesArgs = {
  ids: Array<Scalars['ID']['input']>;
};


export type QueryQuarantineArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryReviewQueueArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<KnowledgeFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QuerySearchArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<KnowledgeFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  minScore?: InputMaybe<Scalars['Float']['input']>;
  mode?: InputMaybe<SearchMode>;
  text?: InputMaybe<Scalars['String']['input']>;
};


export type QuerySuggestionQueueArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryUserErasuresArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryWebhooksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** The caller's budget: every operation spends its cost, and the budget is full again at `resetAt`. */
export type RateLimit = {
  __typename?: 'RateLimit';
  /** Cost of the operation that asked. */
  cost: Scalars['Int']['output'];
  /** Cost points in one window. */
  limit: Scalars['Int']['output'];
  /** Cost points left in this window. */
  remaining: Scalars['Int']['output'];
  resetAt: Scalars['DateTime']['output'];
};

/** What is left out of the content stays as the suggestion or the unit has it. Only the suggestion's author sends any. */
export type RebaseSuggestionInput = {
  context?: InputMaybe<KnowledgeContextChangeInput>;
  /** 1 to 16 after trimming, each at most 64 characters. */
  domains?: InputMaybe<Array<Scalars['String']['input']>>;
  /** At most 20 keys in `namespace:key` form; `{}` removes them. */
  extensions?: InputMaybe<Scalars['JSONObject']['input']>;
  id: Scalars['ID']['input'];
  insight?: InputMaybe<InsightChangeInput>;
  /** The unit's current version. */
  version: Scalars['Int']['input'];
};

export type RebaseSuggestionPayload = {
  __typename?: 'RebaseSuggestionPayload';
  suggestion: Maybe<Suggestion>;
  userErrors: Array<UserError>;
};

export type ReinstateKnowledgeUnitInput = {
  id: Scalars['ID']['input'];
  /** 1 to 1000 characters; seen by reviewers only. */
  reason: Scalars['String']['input'];
};

export type ReinstateKnowledgeUnitPayload = {
  __typename?: 'ReinstateKnowledgeUnitPayload';
  knowledgeUnit: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

export type ReinstateUserInput = {
  id: Scalars['ID']['input'];
  /** Whether what the suspension rejected waits again, and what it retired is approved again, unless somebody has changed it since. */
  restore?: Scalars['Boolean']['input'];
};

export type ReinstateUserPayload = {
  __typename?: 'ReinstateUserPayload';
  /** Whether there are more: the account stays suspended until the same call has done them all. */
  hasMore: Maybe<Scalars['Boolean']['output']>;
  /** How many units are approved again. */
  reinstated: Maybe<Scalars['Int']['output']>;
  /** How many units wait again. At most 1,000 units and suggestions are restored in one call. */
  restored: Maybe<Scalars['Int']['output']>;
  /** How many suggestions wait again. */
  restoredSuggestions: Maybe<Scalars['Int']['output']>;
  user: Maybe<User>;
  userErrors: Array<UserError>;
};

export type RejectKnowledgeUnitInput = {
  id: Scalars['ID']['input'];
  /** At most 1000 characters; seen by reviewers only. */
  internalNote?: InputMaybe<Scalars['String']['input']>;
  /** At most 1000 characters; for the proposer, and seen by reviewers too. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** The version that was read: send it, so that nothing is decided over that its proposer has amended meanwhile. */
  version?: InputMaybe<Scalars['Int']['input']>;
};

export type RejectKnowledgeUnitPayload = {
  __typename?: 'RejectKnowledgeUnitPayload';
  knowledgeUnit: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

export type RejectSuggestionInput = {
  id: Scalars['ID']['input'];
  /** At most 1000 characters; seen by reviewers only. */
  internalNote?: InputMaybe<Scalars['String']['input']>;
  /** At most 1000 characters; for the suggestion's author, and seen by reviewers too. */
  note?: InputMaybe<Scalars['String']['input']>;
};

export type RejectSuggestionPayload = {
  __typename?: 'RejectSuggestionPayload';
  suggestion: Maybe<Suggestion>;
  userErrors: Array<UserError>;
};

/** A unit near another one. */
export type RelatedKnowledgeUnit = {
  __typename?: 'RelatedKnowledgeUnit';
  /** The cosine between the meanings of the two, at most 1; null where the words of the summary were compared instead. */
  similarity: Maybe<Scalars['Float']['output']>;
  unit: KnowledgeUnit;
};

export type ReleaseKnowledgeUnitInput = {
  id: Scalars['ID']['input'];
  /** Why these are none, for the audit log. At most 1000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

export type ReleaseKnowledgeUnitPayload = {
  __typename?: 'ReleaseKnowledgeUnitPayload';
  knowledgeUnit: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

export type ReopenKnowledgeUnitInput = {
  id: Scalars['ID']['input'];
  /** 1 to 1000 characters; seen by reviewers only. */
  reason: Scalars['String']['input'];
};

export type ReopenKnowledgeUnitPayload = {
  __typename?: 'ReopenKnowledgeUnitPayload';
  knowledgeUnit: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

export type ReopenUserInput = {
  id: Scalars['ID']['input'];
};

export type ReopenUserPayload = {
  __typename?: 'ReopenUserPayload';
  user: Maybe<User>;
  userErrors: Array<UserError>;
};

export type ReplicaState = {
  __typename?: 'ReplicaState';
  /** It has all that the primary had written so many milliseconds ago; null while it is not read from. */
  lagMs: Maybe<Scalars['Int']['output']>;
  /** Which, without passwords. */
  name: Scalars['String']['output'];
  /** Why it is not read from; null while it is. */
  problem: Maybe<Scalars['String']['output']>;
};

export type RetireKnowledgeUnitInput = {
  id: Scalars['ID']['input'];
  /** 1 to 1000 characters; seen by reviewers only. */
  reason: Scalars['String']['input'];
};

export type RetireKnowledgeUnitPayload = {
  __typename?: 'RetireKnowledgeUnitPayload';
  knowledgeUnit: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

export type RetryEmbeddingsInput = {
  /** Which one; all of them when absent. */
  unitId?: InputMaybe<Scalars['ID']['input']>;
};

export type RetryEmbeddingsPayload = {
  __typename?: 'RetryEmbeddingsPayload';
  /** How many are tried again. */
  retried: Maybe<Scalars['Int']['output']>;
  userErrors: Array<UserError>;
};

/** A decision. It stands until a reviewer reopens the unit. */
export type Review = {
  __typename?: 'Review';
  /** What only reviewers are told. */
  internalNote: Maybe<Scalars['String']['output']>;
  /** What the proposer is told. */
  note: Maybe<Scalars['String']['output']>;
  reviewedAt: Scalars['DateTime']['output'];
  reviewedBy: Maybe<User>;
  status: ReviewStatus;
};

export type ReviewKnowledgeUnitsInput = {
  decision: BulkDecision;
  /** How many units the filter lets through, 1 to 100: where there are more or fewer, nothing is decided. Needed with a `filter`. */
  expectedCount?: InputMaybe<Scalars['Int']['input']>;
  /** The units that the decision can be of and that this lets through, in place of `ids`. It may not name statuses. */
  filter?: InputMaybe<KnowledgeFilter>;
  /** 1 to 100 units, each once. Needed unless there is a `filter`. */
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Of APPROVE and REJECT: at most 1000 characters; seen by reviewers only. */
  internalNote?: InputMaybe<Scalars['String']['input']>;
  /** Of APPROVE and REJECT: at most 1000 characters; for the proposers, and seen by reviewers too. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Of RETIRE, where it is needed: 1 to 1000 characters; seen by reviewers only. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

export type ReviewKnowledgeUnitsPayload = {
  __typename?: 'ReviewKnowledgeUnitsPayload';
  /** One for each unit, in the order of `ids`, or the oldest first. */
  results: Maybe<Array<BulkReviewResult>>;
  userErrors: Array<UserError>;
};

/** What waits for review. */
export type ReviewQueueState = {
  __typename?: 'ReviewQueueState';
  count: Scalars['Int']['output'];
  /** What waits the longest; null where nothing waits. */
  oldest: Maybe<KnowledgeUnit>;
};

export type { ReviewStatus };

/** What a unit says in one version. */
export type Revision = {
  __typename?: 'Revision';
  /** Who wrote it. Null where it was a suggestion, unless the caller made that or is a reviewer. */
  author: Maybe<User>;
  /** How it differs from the version before; nothing in the first one that is kept. */
  changes: Array<ContentChange>;
  content: KnowledgeContent;
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** Why, in the author's words. */
  reason: Maybe<Scalars['String']['output']>;
  /** The decision over the suggestion that it was; null where its author was free to change the unit. */
  review: Maybe<Review>;
  version: Scalars['Int']['output'];
};

export type RevisionConnection = {
  __typename?: 'RevisionConnection';
  edges: Array<RevisionEdge>;
  nodes: Array<Revision>;
  pageInfo: PageInfo;
  /** Counted only when selected. */
  totalCount: Scalars['Int']['output'];
};

export type RevisionEdge = {
  __typename?: 'RevisionEdge';
  cursor: Scalars['String']['output'];
  node: Revision;
};

export type RevokeApiKeyInput = {
  id: Scalars['ID']['input'];
};

export type RevokeApiKeyPayload = {
  __typename?: 'RevokeApiKeyPayload';
  apiKey: Maybe<ApiKey>;
  userErrors: Array<UserError>;
};

export type RevokeInvitationInput = {
  id: Scalars['ID']['input'];
};

export type RevokeInvitationPayload = {
  __typename?: 'RevokeInvitationPayload';
  /** As it was. */
  invitation: Maybe<Invitation>;
  userErrors: Array<UserError>;
};

export type RotateWebhookSecretInput = {
  id: Scalars['ID']['input'];
};

export type RotateWebhookSecretPayload = {
  __typename?: 'RotateWebhookSecretPayload';
  /** Shown this once. */
  secret: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
  webhook: Maybe<Webhook>;
};

export type { Scope };

export type SearchConnection = {
  __typename?: 'SearchConnection';
  edges: Array<SearchEdge>;
  /** How this answer was really found: `KEYWORD` without a text, and where there is no meaning to go by; `SEMANTIC` where the text held no word to search for. */
  effectiveMode: SearchMode;
  /** Where `minScore` left out everything: the best unit that it left out; else null. Searched for only where it is selected. */
  nearest: Maybe<SearchEdge>;
  nodes: Array<KnowledgeUnit>;
  /** What a caller may want to know about this answer. */
  notices: Array<SearchNotice>;
  pageInfo: PageInfo;
};

export type SearchEdge = {
  __typename?: 'SearchEdge';
  cursor: Scalars['String']['output'];
  /** Where the words of the text stand in the unit; nothing without a text. */
  highlights: SearchHighlights;
  node: KnowledgeUnit;
  /**
   * From 0 to 1, falling from the first result to the last. Of a text it says how well the text is answered, and is comparable
   * across questions (see `search`); of domains alone it is the sum that ranks.
   */
  score: Scalars['Float']['output'];
  /** What the score is made of. */
  signals: SearchSignals;
};

/**
 * Where words stand in a unit, as words are compared: in any inflection, case or accents. In reading order, at most 20 ranges in
 * each text. A text with more than 2,000 characters of different words that begin like those searched for is looked at only so far.
 */
export type SearchHighlights = {
  __typename?: 'SearchHighlights';
  action: Array<TextRange>;
  detail: Array<TextRange>;
  summary: Array<TextRange>;
};

export type { SearchMode };

export type SearchNotice = {
  __typename?: 'SearchNotice';
  code: SearchNoticeCode;
  message: Scalars['String']['output'];
};

/** New values may be added. */
export type SearchNoticeCode =
  /** The text held no word to search for. */
  | 'NO_WORDS'
  /** The text was longer than is searched for: its beginning and its end were used, or its rarest words; the message says which. */
  | 'QUERY_TRUNCATED'
  /** The answer ends here although more units match. */
  | 'RESULTS_CAPPED'
  /** Meaning was asked for and had no part in this answer; the message says why. */
  | 'SEMANTIC_UNAVAILABLE'
  /** A word that no unit has was taken for a known one that is spelt nearly alike; the message names both. */
  | 'SPELLING';

/** Each from 0 to 1. */
export type SearchSignals = {
  __typename?: 'SearchSignals';
  /** The unit's own confidence, which multiplies all of the above. */
  confidence: Scalars['Float']['output'];
  /**
   * How much of the text's words the unit holds: the sum of their inverse document frequencies, over that of all words that were
   * searched for. Comparable across questions. 0 for a unit that no word found; null without a text.
   */
  coverage: Maybe<Scalars['Float']['output']>;
  /** Shared domains over all domains of unit and question (Jaccard). */
  domain: Scalars['Float']['output'];
  /** 1 when the unit has one of the frameworks asked for. */
  framework: Scalars['Float']['output'];
  /** How well the words match, relative to the best match of this answer; null without a text. */
  keyword: Maybe<Scalars['Float']['output']>;
  /** 1 when the unit has one of the languages asked for. */
  language: Scalars['Float']['output'];
  /** 1 when the unit has the pattern asked for. */
  pattern: Scalars['Float']['output'];
  /** How near the unit is in meaning, relative to the nearest of this answer; null unless meaning was searched by. */
  semantic: Maybe<Scalars['Float']['output']>;
  /**
   * How near the unit is in meaning: the cosine of the vectors, calibrated so that it means the same with every model. Comparable
   * across questions. Null beyond the 100 nearest units, and unless meaning was searched by.
   */
  similarity: Maybe<Scalars['Float']['output']>;
};

/** What looks like a credential in a text, which is not repeated here: leave it out, and revoke it if it is real. */
export type SecretError = UserError & {
  __typename?: 'SecretError';
  code: UserErrorCode;
  /** Whose it looks like, such as `github`, `aws` or `privatekey`. */
  kind: Scalars['String']['output'];
  message: Scalars['String']['output'];
  path: Maybe<Array<Scalars['String']['output']>>;
};

export type SendWebhookAgainInput = {
  /** The delivery's. */
  id: Scalars['ID']['input'];
};

export type SendWebhookAgainPayload = {
  __typename?: 'SendWebhookAgainPayload';
  delivery: Maybe<WebhookDelivery>;
  userErrors: Array<UserError>;
};

/** What this server is and allows. */
export type ServerInfo = {
  __typename?: 'ServerInfo';
  /** The model that units are found by in meaning; null where there is none yet. */
  embeddingModel: Maybe<Scalars['String']['output']>;
  /** Largest `first` or `last` that a list accepts. */
  maxPageSize: Scalars['Int']['output'];
  /** Largest cost of one operation. */
  maxQueryCost: Scalars['Int']['output'];
  /** Largest `first` that `search` accepts. */
  maxSearchResults: Scalars['Int']['output'];
  /** The name its operator gave it. */
  nodeName: Maybe<Scalars['String']['output']>;
  /** Whether reading needs no credentials. */
  publicRead: Scalars['Boolean']['output'];
  /** The modes of `search` that this server is set up for. */
  searchModes: Array<SearchMode>;
  /** What holds vectors, such as `pgvector 0.8.0`; null where nothing does. */
  vectorEngine: Maybe<Scalars['String']['output']>;
  /** The version of the server program. */
  version: Scalars['String']['output'];
};

export type ServerSetting = {
  __typename?: 'ServerSetting';
  name: Scalars['String']['output'];
  /** Null for what is secret, or may contain something secret. */
  value: Maybe<Scalars['String']['output']>;
};

/** How the process that answers is set up. */
export type ServerState = {
  __typename?: 'ServerState';
  /** Which database, without passwords. */
  database: Scalars['String']['output'];
  /** `SQLite` or `PostgreSQL`. */
  databaseEngine: Scalars['String']['output'];
  /** Such as `17.10`. */
  databaseVersion: Scalars['String']['output'];
  /** The read replicas that it is set up to read from, as this server found them some seconds ago at most. */
  replicas: Array<ReplicaState>;
  /** The variables that are set, by name. Others have their defaults. */
  settings: Array<ServerSetting>;
};

/**
 * What `signIn` opens, over whichever API: its token works until then, or until the session is ended. A person has at most 100; of more the
 * one that was not used the longest ends. A change of the password ends them all.
 */
export type Session = Node & {
  __typename?: 'Session';
  /** Where it was opened from: an IPv4 address, or an IPv6 network. */
  address: Maybe<Scalars['String']['output']>;
  createdAt: Scalars['DateTime']['output'];
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** Whether it is that of the token of this request. */
  isCurrent: Scalars['Boolean']['output'];
  /** To the minute. */
  lastUsedAt: Scalars['DateTime']['output'];
  /** What the program said that it is: at most 200 characters of its `User-Agent`. */
  userAgent: Maybe<Scalars['String']['output']>;
};

export type SessionConnection = {
  __typename?: 'SessionConnection';
  edges: Array<SessionEdge>;
  nodes: Array<Session>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type SessionEdge = {
  __typename?: 'SessionEdge';
  cursor: Scalars['String']['output'];
  node: Session;
};

export type SetUserPasswordInput = {
  id: Scalars['ID']['input'];
  /** 8 characters or more, at most 72 bytes of UTF-8. */
  newPassword: Scalars['String']['input'];
};

export type SetUserPasswordPayload = {
  __typename?: 'SetUserPasswordPayload';
  user: Maybe<User>;
  userErrors: Array<UserError>;
};

export type SetUserRoleInput = {
  id: Scalars['ID']['input'];
  role: UserRole;
};

export type SetUserRolePayload = {
  __typename?: 'SetUserRolePayload';
  user: Maybe<User>;
  userErrors: Array<UserError>;
};

export type SignInInput = {
  /** At most 72 bytes of UTF-8. Tried as it is and in NFC. */
  password: Scalars['String']['input'];
  username: Scalars['String']['input'];
};

export type SignInPayload = {
  __typename?: 'SignInPayload';
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** Null also for the web page of the server itself, whose browser gets it in a cookie. */
  token: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
  viewer: Maybe<Viewer>;
};

export type SignOutPayload = {
  __typename?: 'SignOutPayload';
  /** As it was. */
  session: Maybe<Session>;
  /** `CONFLICT` for a token of a release that had no sessions: it is valid until it expires, or until the password is changed. */
  userErrors: Array<UserError>;
};

/** The unit has another version than the one that the caller has read; `unit` is as it is now, and the message says who made it and when. */
export type StaleVersionError = UserError & {
  __typename?: 'StaleVersionError';
  code: UserErrorCode;
  /** The version that the unit has. */
  currentVersion: Scalars['Int']['output'];
  message: Scalars['String']['output'];
  path: Maybe<Array<Scalars['String']['output']>>;
  unit: KnowledgeUnit;
};

export type StatusCount = {
  __typename?: 'StatusCount';
  count: Scalars['Int']['output'];
  status: ReviewStatus;
};

/**
 * What happens, told as it happens, by server-sent events or over a WebSocket. An operation has one of these fields. Each event is an
 * answer of its own, and costs what the operation costs, out of a budget of the same size as that of requests: when its points are
 * spent, events wait.
 */
export type Subscription = {
  __typename?: 'Subscription';
  /** Entries of the audit log as they are added; of those that count repeats the first time. `after` as of `knowledgeEvents`, and no older than what the log keeps. */
  auditLogged: AuditEvent;
  /**
   * What happens to units that the caller may see, in the order in which it was written: reviewers see all of it, proposers what happens to
   * their own, everyone what happens to approved units. Begins with the next event, or behind a cursor: then nothing is left out
   * and nothing comes twice, also after another process has answered before. A cursor of another database is refused, and one
   * that more than 100,000 events follow.
   */
  knowledgeEvents: KnowledgeEvent;
  /** Decisions over what the caller proposed: approved, rejected, or merged into another unit. `after` as of `knowledgeEvents`. */
  proposalDecided: KnowledgeEvent;
  /** What waits for review: how it is now, and then whenever it has changed. */
  reviewQueueChanged: ReviewQueueState;
};


/**
 * What happens, told as it happens, by server-sent events or over a WebSocket. An operation has one of these fields. Each event is an
 * answer of its own, and costs what the operation costs, out of a budget of the same size as that of requests: when its points are
 * spent, events wait.
 */
export type SubscriptionAuditLoggedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
};


/**
 * What happens, told as it happens, by server-sent events or over a WebSocket. An operation has one of these fields. Each event is an
 * answer of its own, and costs what the operation costs, out of a budget of the same size as that of requests: when its points are
 * spent, events wait.
 */
export type SubscriptionKnowledgeEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<KnowledgeEventFilter>;
};


/**
 * What happens, told as it happens, by server-sent events or over a WebSocket. An operation has one of these fields. Each event is an
 * answer of its own, and costs what the operation costs, out of a budget of the same size as that of requests: when its points are
 * spent, events wait.
 */
export type SubscriptionProposalDecidedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
};

/** What is left out of the content stays as it is. */
export type SuggestRevisionInput = {
  context?: InputMaybe<KnowledgeContextChangeInput>;
  /** 1 to 16 after trimming, each at most 64 characters. */
  domains?: InputMaybe<Array<Scalars['String']['input']>>;
  /** At most 20 keys in `namespace:key` form; `{}` removes them. */
  extensions?: InputMaybe<Scalars['JSONObject']['input']>;
  /** An approved unit. */
  id: Scalars['ID']['input'];
  insight?: InputMaybe<InsightChangeInput>;
  /** Why; at most 1000 characters, for reviewers. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The version that was read: the suggestion is against it. */
  version: Scalars['Int']['input'];
};

export type SuggestRevisionPayload = {
  __typename?: 'SuggestRevisionPayload';
  suggestion: Maybe<Suggestion>;
  userErrors: Array<UserError>;
};

/** What somebody suggests that an approved unit should say. Approved, it is the unit's next version. */
export type Suggestion = Node & {
  __typename?: 'Suggestion';
  /** Who suggests it. Null unless the caller is that person or a reviewer. */
  author: Maybe<User>;
  /** The version of the unit that it is written against. */
  baseVersion: Scalars['Int']['output'];
  /** How it differs from what the unit said in that version. */
  changes: Array<ContentChange>;
  /** The fields that both it and the unit have changed since, to different values: `rebaseSuggestion` needs them. */
  conflicts: Array<ContentField>;
  content: KnowledgeContent;
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** Whether it waits, and the unit has another version by now: it must be rebased. */
  isOutdated: Scalars['Boolean']['output'];
  /** Null where the caller may not see the unit any more. */
  knowledgeUnit: Maybe<KnowledgeUnit>;
  /** Why, in the author's words. */
  reason: Maybe<Scalars['String']['output']>;
  review: Maybe<Review>;
  status: SuggestionStatus;
};

export type SuggestionConnection = {
  __typename?: 'SuggestionConnection';
  edges: Array<SuggestionEdge>;
  nodes: Array<Suggestion>;
  pageInfo: PageInfo;
  /** Counted only when selected. */
  totalCount: Scalars['Int']['output'];
};

/** A reviewer decided first; `suggestion.review` says who and how. */
export type SuggestionDecidedError = UserError & {
  __typename?: 'SuggestionDecidedError';
  code: UserErrorCode;
  message: Scalars['String']['output'];
  path: Maybe<Array<Scalars['String']['output']>>;
  suggestion: Suggestion;
};

export type SuggestionEdge = {
  __typename?: 'SuggestionEdge';
  cursor: Scalars['String']['output'];
  node: Suggestion;
};

export type { SuggestionStatus };

export type SupersedeKnowledgeUnitInput = {
  /** The unit that takes its place; of one that was superseded itself, the one at the end of the chain. */
  by: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
  /** 1 to 1000 characters; seen by reviewers only. */
  reason: Scalars['String']['input'];
};

export type SupersedeKnowledgeUnitPayload = {
  __typename?: 'SupersedeKnowledgeUnitPayload';
  /** The unit that was superseded. */
  knowledgeUnit: Maybe<KnowledgeUnit>;
  /** The one that took its place. */
  successor: Maybe<KnowledgeUnit>;
  userErrors: Array<UserError>;
};

export type SuspendUserInput = {
  id: Scalars['ID']['input'];
  /** 1 to 500 characters; seen by administrators, and by reviewers where a unit is rejected or retired with it. */
  reason: Scalars['String']['input'];
  /** Whether to reject the units and suggestions of the person that wait; also for an account that is suspended already. */
  rejectPending?: Scalars['Boolean']['input'];
  /**
   * Whether to retire the person's approved units; also for an account that is suspended already. Superseded ones stay, and so do those that
   * theirs have superseded.
   */
  retireApproved?: Scalars['Boolean']['input'];
};

export type SuspendUserPayload = {
  __typename?: 'SuspendUserPayload';
  /** Whether there are more, for the same call again. */
  hasMore: Maybe<Scalars['Boolean']['output']>;
  /** How many units were rejected. At most 1,000 units and suggestions are rejected and retired in one call. */
  rejected: Maybe<Scalars['Int']['output']>;
  /** How many suggestions were rejected. */
  rejectedSuggestions: Maybe<Scalars['Int']['output']>;
  /** How many units were retired. */
  retired: Maybe<Scalars['Int']['output']>;
  user: Maybe<User>;
  userErrors: Array<UserError>;
};

export type SwitchWebhookOffInput = {
  id: Scalars['ID']['input'];
};

export type SwitchWebhookOffPayload = {
  __typename?: 'SwitchWebhookOffPayload';
  userErrors: Array<UserError>;
  webhook: Maybe<Webhook>;
};

export type SwitchWebhookOnInput = {
  id: Scalars['ID']['input'];
};

export type SwitchWebhookOnPayload = {
  __typename?: 'SwitchWebhookOnPayload';
  userErrors: Array<UserError>;
  webhook: Maybe<Webhook>;
};

export type TestWebhookInput = {
  id: Scalars['ID']['input'];
};

export type TestWebhookPayload = {
  __typename?: 'TestWebhookPayload';
  delivery: Maybe<WebhookDelivery>;
  userErrors: Array<UserError>;
};

/** A part of a text. Offsets count Unicode code points from 0, not UTF-16 code units or bytes. */
export type TextRange = {
  __typename?: 'TextRange';
  /** The one after the last. */
  end: Scalars['Int']['output'];
  /** The first code point. */
  start: Scalars['Int']['output'];
};

export type { Tier };

export type TierCount = {
  __typename?: 'TierCount';
  count: Scalars['Int']['output'];
  tier: Tier;
};

/** A field that is absent or null stays as it is. */
export type UpdateWebhookInput = {
  document?: InputMaybe<Scalars['String']['input']>;
  format?: InputMaybe<WebhookFormat>;
  id: Scalars['ID']['input'];
  name?: InputMaybe<Scalars['String']['input']>;
  url?: InputMaybe<Scalars['String']['input']>;
  variables?: InputMaybe<Scalars['JSONObject']['input']>;
};

export type UpdateWebhookPayload = {
  __typename?: 'UpdateWebhookPayload';
  userErrors: Array<UserError>;
  webhook: Maybe<Webhook>;
};

/** A person with an account. */
export type User = Node & {
  __typename?: 'User';
  /** The person's keys, newest first, each with its last use. */
  apiKeys: Maybe<ApiKeyConnection>;
  /** Since when the account is closed; null for an open one. */
  closedAt: Maybe<Scalars['DateTime']['output']>;
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** When the account was last used, by a token or a key, to the minute; null for never, as far as it is known. */
  lastUsedAt: Maybe<Scalars['DateTime']['output']>;
  /** What became of the units that the person proposed: of the last 1,000, by when they were proposed. */
  proposalRecord: Maybe<ProposalRecord>;
  role: Maybe<UserRole>;
  /** The person's sessions that are in force, newest first, each with its last use. */
  sessions: Maybe<SessionConnection>;
  /** Since when neither tokens nor keys work; null for an account that is not suspended. */
  suspendedAt: Maybe<Scalars['DateTime']['output']>;
  /** Who suspended it; null also where it was an operator at the command line. */
  suspendedBy: Maybe<User>;
  suspensionReason: Maybe<Scalars['String']['output']>;
  username: Scalars['String']['output'];
};


/** A person with an account. */
export type UserApiKeysArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  includeInactive?: InputMaybe<Scalars['Boolean']['input']>;
};


/** A person with an account. */
export type UserSessionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type UserConnection = {
  __typename?: 'UserConnection';
  edges: Array<UserEdge>;
  nodes: Array<User>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type UserEdge = {
  __typename?: 'UserEdge';
  cursor: Scalars['String']['output'];
  node: User;
};

/** That a person was erased. */
export type UserErasure = {
  __typename?: 'UserErasure';
  /** When it was done. */
  doneAt: Maybe<Scalars['DateTime']['output']>;
  erasedAt: Scalars['DateTime']['output'];
  /** The administrator; null for an operator at the command line, and for one who was erased since. */
  erasedBy: Maybe<User>;
  /** What stands in place of the name where names are texts, such as over REST and in exports: of this person and no other. */
  placeholder: Scalars['String']['output'];
  reason: Scalars['String']['output'];
  status: ErasureStatus;
  /** The id that the account had, as the audit log has it. */
  userId: Scalars['ID']['output'];
  /** What keeps it pending, as of the last attempt to finish it. */
  waitsFor: Maybe<Scalars['String']['output']>;
};

export type UserErasureConnection = {
  __typename?: 'UserErasureConnection';
  edges: Array<UserErasureEdge>;
  nodes: Array<UserErasure>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type UserErasureEdge = {
  __typename?: 'UserErasureEdge';
  cursor: Scalars['String']['output'];
  node: UserErasure;
};

/** A failure the caller can act on. `path` points into `input`. */
export type UserError = {
  code: UserErrorCode;
  message: Scalars['String']['output'];
  path: Maybe<Array<Scalars['String']['output']>>;
};

/** Codes a program may branch on. New values may be added; treat an unknown one as `INVALID_INPUT`. */
export type UserErrorCode =
  | 'ALREADY_REVIEWED'
  | 'CONFLICT'
  | 'DUPLICATE'
  /** The unit is held, since it seems to hold credentials. */
  | 'HELD'
  | 'INVALID_CREDENTIALS'
  | 'INVALID_INPUT'
  | 'LIMIT_REACHED'
  | 'NOT_FOUND'
  /** The text seems to hold credentials. */
  | 'SECRET_FOUND'
  /** The unit is the reviewer's own proposal, which another reviewer has to decide over. */
  | 'SELF_REVIEW'
  | 'STALE_VERSION';

export type { UserRole };

/** The caller. Holds everything that only the caller may read. */
export type Viewer = {
  __typename?: 'Viewer';
  /**
   * What others did to the caller's proposals, in the order in which it happened, over the past 30 days. After `after`, or without it
   * the last ones. Keep `endCursor`, which is there also when nothing happened, and send it the next time: nothing is told twice, and nothing
   * left out. Cursors are places in the log of events, as those of `Subscription.knowledgeEvents` are.
   */
  activity: Maybe<ActivityConnection>;
  /** The caller's own keys, newest first. Signed-in people only. */
  apiKeys: Maybe<ApiKeyConnection>;
  /** What the caller proposed, newest first, with what was decided and why; of every status unless some are named. */
  proposals: Maybe<KnowledgeUnitConnection>;
  role: UserRole;
  /** What these credentials may do; fewer for an API key than for its owner. */
  scopes: Array<Scope>;
  /** The caller's own sessions that are in force, newest first. Signed-in people only. */
  sessions: Maybe<SessionConnection>;
  /** What the caller suggested, newest first. */
  suggestions: Maybe<SuggestionConnection>;
  user: User;
};


/** The caller. Holds everything that only the caller may read. */
export type ViewerActivityArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** The caller. Holds everything that only the caller may read. */
export type ViewerApiKeysArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  includeInactive?: InputMaybe<Scalars['Boolean']['input']>;
};


/** The caller. Holds everything that only the caller may read. */
export type ViewerProposalsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  statuses?: InputMaybe<Array<ReviewStatus>>;
};


/** The caller. Holds everything that only the caller may read. */
export type ViewerSessionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** The caller. Holds everything that only the caller may read. */
export type ViewerSuggestionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Where events are sent to, as the result of a subscription that is executed for each with the rights of the owner. */
export type Webhook = Node & {
  __typename?: 'Webhook';
  /** What happened before is not sent. */
  activeSince: Scalars['DateTime']['output'];
  createdAt: Scalars['DateTime']['output'];
  /** What was and what is to be sent, newest first; of what has ended the last 1000 of seven days. Of every status unless one is named. */
  deliveries: WebhookDeliveryConnection;
  /** The subscription. */
  document: Scalars['String']['output'];
  /** The first failed attempt since one succeeded; null where the last one succeeded. */
  failingSince: Maybe<Scalars['DateTime']['output']>;
  format: WebhookFormat;
  id: Scalars['ID']['output'];
  isActive: Scalars['Boolean']['output'];
  name: Scalars['String']['output'];
  offReason: Maybe<WebhookOffReason>;
  offSince: Maybe<Scalars['DateTime']['output']>;
  /** Who changed it last, and with whose rights the subscription is executed. */
  owner: Maybe<User>;
  /** Until when deliveries are signed with the secret before too. */
  previousSecretUntil: Maybe<Scalars['DateTime']['output']>;
  url: Scalars['String']['output'];
  variables: Scalars['JSONObject']['output'];
};


/** Where events are sent to, as the result of a subscription that is executed for each with the rights of the owner. */
export type WebhookDeliveriesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<WebhookDeliveryStatus>;
};

export type WebhookConnection = {
  __typename?: 'WebhookConnection';
  edges: Array<WebhookEdge>;
  nodes: Array<Webhook>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

/** Something that is sent to a webhook. Its content is made at each attempt, and not kept. */
export type WebhookDelivery = Node & {
  __typename?: 'WebhookDelivery';
  /** The first 1024 bytes of the answer. An erasure removes it. */
  answer: Maybe<Scalars['String']['output']>;
  /** When the last attempt began that has ended. */
  attemptedAt: Maybe<Scalars['DateTime']['output']>;
  /** How many attempts were begun. */
  attempts: Scalars['Int']['output'];
  createdAt: Scalars['DateTime']['output'];
  durationMs: Maybe<Scalars['Int']['output']>;
  /** Why the last attempt failed. */
  error: Maybe<Scalars['String']['output']>;
  /** Also the header `webhook-id`, which is the same for all attempts. */
  id: Scalars['ID']['output'];
  /** When the next attempt begins; null where there is none. */
  nextAttemptAt: Maybe<Scalars['DateTime']['output']>;
  status: WebhookDeliveryStatus;
  /** Null where there was no answer. */
  statusCode: Maybe<Scalars['Int']['output']>;
  /** The field of the subscription, or `test`. */
  type: Scalars['String']['output'];
};

export type WebhookDeliveryConnection = {
  __typename?: 'WebhookDeliveryConnection';
  edges: Array<WebhookDeliveryEdge>;
  nodes: Array<WebhookDelivery>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type WebhookDeliveryEdge = {
  __typename?: 'WebhookDeliveryEdge';
  cursor: Scalars['String']['output'];
  node: WebhookDelivery;
};

export type { WebhookDeliveryStatus };

export type WebhookEdge = {
  __typename?: 'WebhookEdge';
  cursor: Scalars['String']['output'];
  node: Webhook;
};

export type { WebhookFormat };

export type { WebhookOffReason };

export type WithdrawSuggestionInput = {
  id: Scalars['ID']['input'];
};

export type WithdrawSuggestionPayload = {
  __typename?: 'WithdrawSuggestionPayload';
  /** Of the suggestion that is gone. */
  id: Maybe<Scalars['ID']['output']>;
  userErrors: Array<UserError>;
};

/** How an approved unit was taken out of searches and lists. */
export type Withdrawal = {
  __typename?: 'Withdrawal';
  reason: Maybe<Scalars['String']['output']>;
  withdrawnAt: Scalars['DateTime']['output'];
  withdrawnBy: Maybe<User>;
};

/** The status of the unit does not allow this: it never did, or another reviewer was first. The message says who, and `unit` is as it is now. */
export type WrongStatusError = UserError & {
  __typename?: 'WrongStatusError';
  code: UserErrorCode;
  message: Scalars['String']['output'];
  path: Maybe<Array<Scalars['String']['output']>>;
  unit: KnowledgeUnit;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AcceptInvitationInput: AcceptInvitationInput;
  AcceptInvitationPayload: ResolverTypeWrapper<Omit<AcceptInvitationPayload, 'userErrors' | 'viewer'> & { userErrors: Array<ResolversTypes['UserError']>, viewer?: Maybe<ResolversTypes['Viewer']> }>;
  Activity: ResolverTypeWrapper<UnitEvent>;
  ActivityConnection: ResolverTypeWrapper<ActivityPage>;
  ActivityEdge: ResolverTypeWrapper<Omit<ActivityEdge, 'node'> & { node: ResolversTypes['Activity'] }>;
  ActivityType: ActivityType;
  AdmitQuarantinedRowInput: AdmitQuarantinedRowInput;
  AdmitQuarantinedRowPayload: ResolverTypeWrapper<Omit<AdmitQuarantinedRowPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  AlreadyReviewedError: ResolverTypeWrapper<Omit<AlreadyReviewedError, 'unit'> & { unit: ResolversTypes['KnowledgeUnit'] }>;
  AmendKnowledgeUnitInput: AmendKnowledgeUnitInput;
  AmendKnowledgeUnitPayload: ResolverTypeWrapper<Omit<AmendKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  ApiKey: ResolverTypeWrapper<ApiKeyRecord>;
  ApiKeyAccess: ApiKeyAccess;
  ApiKeyConnection: ResolverTypeWrapper<ApiKeyPage>;
  ApiKeyEdge: ResolverTypeWrapper<Omit<ApiKeyEdge, 'node'> & { node: ResolversTypes['ApiKey'] }>;
  ApproveKnowledgeUnitInput: ApproveKnowledgeUnitInput;
  ApproveKnowledgeUnitPayload: ResolverTypeWrapper<Omit<ApproveKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  ApproveSuggestionInput: ApproveSuggestionInput;
  ApproveSuggestionPayload: ResolverTypeWrapper<Omit<ApproveSuggestionPayload, 'knowledgeUnit' | 'suggestion' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, suggestion?: Maybe<ResolversTypes['Suggestion']>, userErrors: Array<ResolversTypes['UserError']> }>;
  AttentionConnection: ResolverTypeWrapper<AttentionPage>;
  AttentionEdge: ResolverTypeWrapper<Omit<AttentionEdge, 'node'> & { node: ResolversTypes['KnowledgeUnit'] }>;
  AttentionReason: AttentionReason;
  AuditActorKind: AuditActorKind;
  AuditConnection: ResolverTypeWrapper<AuditPage>;
  AuditEdge: ResolverTypeWrapper<Omit<AuditEdge, 'node'> & { node: ResolversTypes['AuditEntry'] }>;
  AuditEntry: ResolverTypeWrapper<AuditEntryRecord>;
  AuditEvent: ResolverTypeWrapper<AuditEventRecord>;
  AuditFilter: AuditFilter;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  BulkDecision: BulkDecision;
  BulkReviewResult: ResolverTypeWrapper<Omit<BulkReviewResult, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  ChangePasswordInput: ChangePasswordInput;
  ChangePasswordPayload: ResolverTypeWrapper<Omit<ChangePasswordPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>;
  CloseUserInput: CloseUserInput;
  CloseUserPayload: ResolverTypeWrapper<Omit<CloseUserPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversTypes['User']>, userErrors: Array<ResolversTypes['UserError']> }>;
  ConfidenceBucket: ResolverTypeWrapper<ConfidenceBucket>;
  ConfidencePoint: ResolverTypeWrapper<ConfidencePoint>;
  ConfirmKnowledgeUnitInput: ConfirmKnowledgeUnitInput;
  ConfirmKnowledgeUnitPayload: ResolverTypeWrapper<Omit<ConfirmKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  Confirmation: ResolverTypeWrapper<ConfirmationRecord>;
  ConfirmationConnection: ResolverTypeWrapper<ConfirmationPage>;
  ConfirmationEdge: ResolverTypeWrapper<Omit<ConfirmationEdge, 'node'> & { node: ResolversTypes['Confirmation'] }>;
  ContentChange: ResolverTypeWrapper<ContentChangeRecord>;
  ContentField: ContentField;
  Contributor: ResolverTypeWrapper<Omit<Contributor, 'user'> & { user: ResolversTypes['User'] }>;
  CreateApiKeyInput: CreateApiKeyInput;
  CreateApiKeyPayload: ResolverTypeWrapper<Omit<CreateApiKeyPayload, 'apiKey' | 'userErrors'> & { apiKey?: Maybe<ResolversTypes['ApiKey']>, userErrors: Array<ResolversTypes['UserError']> }>;
  CreateUserInput: CreateUserInput;
  CreateUserPayload: ResolverTypeWrapper<Omit<CreateUserPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversTypes['User']>, userErrors: Array<ResolversTypes['UserError']> }>;
  CreateWebhookInput: CreateWebhookInput;
  CreateWebhookPayload: ResolverTypeWrapper<Omit<CreateWebhookPayload, 'userErrors' | 'webhook'> & { userErrors: Array<ResolversTypes['UserError']>, webhook?: Maybe<ResolversTypes['Webhook']> }>;
  DailyTrend: ResolverTypeWrapper<DailyTrend>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DateTimeRange: DateTimeRange;
  DeleteWebhookInput: DeleteWebhookInput;
  DeleteWebhookPayload: ResolverTypeWrapper<Omit<DeleteWebhookPayload, 'userErrors' | 'webhook'> & { userErrors: Array<ResolversTypes['UserError']>, webhook?: Maybe<ResolversTypes['Webhook']> }>;
  DiscardQuarantinedRowInput: DiscardQuarantinedRowInput;
  DiscardQuarantinedRowPayload: ResolverTypeWrapper<Omit<DiscardQuarantinedRowPayload, 'row' | 'userErrors'> & { row?: Maybe<ResolversTypes['QuarantinedRow']>, userErrors: Array<ResolversTypes['UserError']> }>;
  DismissNearRepeatInput: DismissNearRepeatInput;
  DismissNearRepeatPayload: ResolverTypeWrapper<Omit<DismissNearRepeatPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>;
  DomainCount: ResolverTypeWrapper<DomainCount>;
  DuplicateBasis: DuplicateBasis;
  DuplicateError: ResolverTypeWrapper<Omit<DuplicateError, 'existing'> & { existing?: Maybe<ResolversTypes['KnowledgeUnit']> }>;
  DuplicateKnowledgeUnit: ResolverTypeWrapper<Repeat>;
  EmbeddingModel: ResolverTypeWrapper<ModelStatus>;
  EmbeddingModelState: EmbeddingModelState;
  EmbeddingStatus: ResolverTypeWrapper<Omit<EmbeddingStatus, 'models'> & { models: Array<ResolversTypes['EmbeddingModel']> }>;
  EndOtherSessionsPayload: ResolverTypeWrapper<Omit<EndOtherSessionsPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>;
  EndSessionInput: EndSessionInput;
  EndSessionPayload: ResolverTypeWrapper<Omit<EndSessionPayload, 'session' | 'userErrors'> & { session?: Maybe<ResolversTypes['Session']>, userErrors: Array<ResolversTypes['UserError']> }>;
  EndUserSessionsInput: EndUserSessionsInput;
  EndUserSessionsPayload: ResolverTypeWrapper<Omit<EndUserSessionsPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversTypes['User']>, userErrors: Array<ResolversTypes['UserError']> }>;
  EraseKnowledgeUnitInput: EraseKnowledgeUnitInput;
  EraseKnowledgeUnitPayload: ResolverTypeWrapper<Omit<EraseKnowledgeUnitPayload, 'backups' | 'erasure' | 'userErrors'> & { backups?: Maybe<Array<ResolversTypes['ErasureBackup']>>, erasure?: Maybe<ResolversTypes['Erasure']>, userErrors: Array<ResolversTypes['UserError']> }>;
  EraseUserInput: EraseUserInput;
  EraseUserPayload: ResolverTypeWrapper<Omit<EraseUserPayload, 'backups' | 'erasure' | 'userErrors'> & { backups?: Maybe<Array<ResolversTypes['ErasureBackup']>>, erasure?: Maybe<ResolversTypes['UserErasure']>, userErrors: Array<ResolversTypes['UserError']> }>;
  Erasure: ResolverTypeWrapper<ErasureRecord>;
  ErasureBackup: ResolverTypeWrapper<ErasureBackupRecord>;
  ErasureBackupKind: ErasureBackupKind;
  ErasureConnection: ResolverTypeWrapper<ErasurePage>;
  ErasureEdge: ResolverTypeWrapper<Omit<ErasureEdge, 'node'> & { node: ResolversTypes['Erasure'] }>;
  ErasureStatus: ErasureStatus;
  Evidence: ResolverTypeWrapper<Evidence>;
  Flag: ResolverTypeWrapper<FlagRecord>;
  FlagConnection: ResolverTypeWrapper<FlagPage>;
  FlagCount: ResolverTypeWrapper<FlagCount>;
  FlagEdge: ResolverTypeWrapper<Omit<FlagEdge, 'node'> & { node: ResolversTypes['Flag'] }>;
  FlagKnowledgeUnitInput: FlagKnowledgeUnitInput;
  FlagKnowledgeUnitPayload: ResolverTypeWrapper<Omit<FlagKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  FlagReason: FlagReason;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  FloatRange: FloatRange;
  HeldSecret: ResolverTypeWrapper<HeldSecret>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  InputError: ResolverTypeWrapper<InputError>;
  Insight: ResolverTypeWrapper<Insight>;
  InsightChangeInput: InsightChangeInput;
  InsightInput: InsightInput;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  IntRange: IntRange;
  Invitation: ResolverTypeWrapper<InvitationRecord>;
  InvitationConnection: ResolverTypeWrapper<InvitationPage>;
  InvitationEdge: ResolverTypeWrapper<Omit<InvitationEdge, 'node'> & { node: ResolversTypes['Invitation'] }>;
  InvitationOffer: ResolverTypeWrapper<InvitationOffer>;
  InviteUserInput: InviteUserInput;
  InviteUserPayload: ResolverTypeWrapper<Omit<InviteUserPayload, 'invitation' | 'userErrors'> & { invitation?: Maybe<ResolversTypes['Invitation']>, userErrors: Array<ResolversTypes['UserError']> }>;
  JSONObject: ResolverTypeWrapper<Scalars['JSONObject']['output']>;
  KnowledgeContent: ResolverTypeWrapper<UnitContent>;
  KnowledgeContext: ResolverTypeWrapper<KnowledgeContext>;
  KnowledgeContextChangeInput: KnowledgeContextChangeInput;
  KnowledgeContextInput: KnowledgeContextInput;
  KnowledgeEvent: ResolverTypeWrapper<KnowledgeEventRecord>;
  KnowledgeEventFilter: KnowledgeEventFilter;
  KnowledgeFilter: KnowledgeFilter;
  KnowledgeStats: ResolverTypeWrapper<StatsSource>;
  KnowledgeUnit: ResolverTypeWrapper<UnitRecord>;
  KnowledgeUnitConnection: ResolverTypeWrapper<UnitPage>;
  KnowledgeUnitEdge: ResolverTypeWrapper<Omit<KnowledgeUnitEdge, 'node'> & { node: ResolversTypes['KnowledgeUnit'] }>;
  KnowledgeUnitOrder: KnowledgeUnitOrder;
  KnowledgeUnitOrderField: KnowledgeUnitOrderField;
  KnowledgeUnitUsage: ResolverTypeWrapper<Usage>;
  LimitReachedError: ResolverTypeWrapper<LimitReachedError>;
  MatchMode: MatchMode;
  MergeKnowledgeUnitInput: MergeKnowledgeUnitInput;
  MergeKnowledgeUnitPayload: ResolverTypeWrapper<Omit<MergeKnowledgeUnitPayload, 'knowledgeUnit' | 'successor' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, successor?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NearRepeat: ResolverTypeWrapper<NearRepeatRecord>;
  NearRepeatConnection: ResolverTypeWrapper<NearRepeatPage>;
  NearRepeatEdge: ResolverTypeWrapper<Omit<NearRepeatEdge, 'node'> & { node: ResolversTypes['NearRepeat'] }>;
  Node: ResolverTypeWrapper<AnyNode>;
  NotFoundError: ResolverTypeWrapper<NotFoundError>;
  OrderDirection: OrderDirection;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  ParkedUnit: ResolverTypeWrapper<Omit<ParkedUnit, 'unit'> & { unit: ResolversTypes['KnowledgeUnit'] }>;
  ProposalRecord: ResolverTypeWrapper<ProposalRecord>;
  ProposeKnowledgeUnitInput: ProposeKnowledgeUnitInput;
  ProposeKnowledgeUnitPayload: ResolverTypeWrapper<Omit<ProposeKnowledgeUnitPayload, 'knowledgeUnit' | 'suggestion' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, suggestion?: Maybe<ResolversTypes['Suggestion']>, userErrors: Array<ResolversTypes['UserError']> }>;
  QuarantinedRow: ResolverTypeWrapper<Quarantined>;
  QuarantinedRowConnection: ResolverTypeWrapper<QuarantinePage>;
  QuarantinedRowEdge: ResolverTypeWrapper<Omit<QuarantinedRowEdge, 'node'> & { node: ResolversTypes['QuarantinedRow'] }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RateLimit: ResolverTypeWrapper<RateLimit>;
  RebaseSuggestionInput: RebaseSuggestionInput;
  RebaseSuggestionPayload: ResolverTypeWrapper<Omit<RebaseSuggestionPayload, 'suggestion' | 'userErrors'> & { suggestion?: Maybe<ResolversTypes['Suggestion']>, userErrors: Array<ResolversTypes['UserError']> }>;
  ReinstateKnowledgeUnitInput: ReinstateKnowledgeUnitInput;
  ReinstateKnowledgeUnitPayload: ResolverTypeWrapper<Omit<ReinstateKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  ReinstateUserInput: ReinstateUserInput;
  ReinstateUserPayload: ResolverTypeWrapper<Omit<ReinstateUserPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversTypes['User']>, userErrors: Array<ResolversTypes['UserError']> }>;
  RejectKnowledgeUnitInput: RejectKnowledgeUnitInput;
  RejectKnowledgeUnitPayload: ResolverTypeWrapper<Omit<RejectKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  RejectSuggestionInput: RejectSuggestionInput;
  RejectSuggestionPayload: ResolverTypeWrapper<Omit<RejectSuggestionPayload, 'suggestion' | 'userErrors'> & { suggestion?: Maybe<ResolversTypes['Suggestion']>, userErrors: Array<ResolversTypes['UserError']> }>;
  RelatedKnowledgeUnit: ResolverTypeWrapper<Related>;
  ReleaseKnowledgeUnitInput: ReleaseKnowledgeUnitInput;
  ReleaseKnowledgeUnitPayload: ResolverTypeWrapper<Omit<ReleaseKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  ReopenKnowledgeUnitInput: ReopenKnowledgeUnitInput;
  ReopenKnowledgeUnitPayload: ResolverTypeWrapper<Omit<ReopenKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  ReopenUserInput: ReopenUserInput;
  ReopenUserPayload: ResolverTypeWrapper<Omit<ReopenUserPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversTypes['User']>, userErrors: Array<ResolversTypes['UserError']> }>;
  ReplicaState: ResolverTypeWrapper<ReplicaState>;
  RetireKnowledgeUnitInput: RetireKnowledgeUnitInput;
  RetireKnowledgeUnitPayload: ResolverTypeWrapper<Omit<RetireKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  RetryEmbeddingsInput: RetryEmbeddingsInput;
  RetryEmbeddingsPayload: ResolverTypeWrapper<Omit<RetryEmbeddingsPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>;
  Review: ResolverTypeWrapper<ReviewRecord>;
  ReviewKnowledgeUnitsInput: ReviewKnowledgeUnitsInput;
  ReviewKnowledgeUnitsPayload: ResolverTypeWrapper<Omit<ReviewKnowledgeUnitsPayload, 'results' | 'userErrors'> & { results?: Maybe<Array<ResolversTypes['BulkReviewResult']>>, userErrors: Array<ResolversTypes['UserError']> }>;
  ReviewQueueState: ResolverTypeWrapper<QueueState>;
  ReviewStatus: ReviewStatus;
  Revision: ResolverTypeWrapper<RevisionRecord>;
  RevisionConnection: ResolverTypeWrapper<RevisionPage>;
  RevisionEdge: ResolverTypeWrapper<Omit<RevisionEdge, 'node'> & { node: ResolversTypes['Revision'] }>;
  RevokeApiKeyInput: RevokeApiKeyInput;
  RevokeApiKeyPayload: ResolverTypeWrapper<Omit<RevokeApiKeyPayload, 'apiKey' | 'userErrors'> & { apiKey?: Maybe<ResolversTypes['ApiKey']>, userErrors: Array<ResolversTypes['UserError']> }>;
  RevokeInvitationInput: RevokeInvitationInput;
  RevokeInvitationPayload: ResolverTypeWrapper<Omit<RevokeInvitationPayload, 'invitation' | 'userErrors'> & { invitation?: Maybe<ResolversTypes['Invitation']>, userErrors: Array<ResolversTypes['UserError']> }>;
  RotateWebhookSecretInput: RotateWebhookSecretInput;
  RotateWebhookSecretPayload: ResolverTypeWrapper<Omit<RotateWebhookSecretPayload, 'userErrors' | 'webhook'> & { userErrors: Array<ResolversTypes['UserError']>, webhook?: Maybe<ResolversTypes['Webhook']> }>;
  Scope: Scope;
  SearchConnection: ResolverTypeWrapper<SearchPage>;
  SearchEdge: ResolverTypeWrapper<SearchResult>;
  SearchHighlights: ResolverTypeWrapper<SearchHighlights>;
  SearchMode: SearchMode;
  SearchNotice: ResolverTypeWrapper<SearchNotice>;
  SearchNoticeCode: SearchNoticeCode;
  SearchSignals: ResolverTypeWrapper<SearchSignals>;
  SecretError: ResolverTypeWrapper<SecretError>;
  SendWebhookAgainInput: SendWebhookAgainInput;
  SendWebhookAgainPayload: ResolverTypeWrapper<Omit<SendWebhookAgainPayload, 'delivery' | 'userErrors'> & { delivery?: Maybe<ResolversTypes['WebhookDelivery']>, userErrors: Array<ResolversTypes['UserError']> }>;
  ServerInfo: ResolverTypeWrapper<Settings>;
  ServerSetting: ResolverTypeWrapper<ServerSetting>;
  ServerState: ResolverTypeWrapper<ServerStateSource>;
  Session: ResolverTypeWrapper<SessionRecord>;
  SessionConnection: ResolverTypeWrapper<SessionPage>;
  SessionEdge: ResolverTypeWrapper<Omit<SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>;
  SetUserPasswordInput: SetUserPasswordInput;
  SetUserPasswordPayload: ResolverTypeWrapper<Omit<SetUserPasswordPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversTypes['User']>, userErrors: Array<ResolversTypes['UserError']> }>;
  SetUserRoleInput: SetUserRoleInput;
  SetUserRolePayload: ResolverTypeWrapper<Omit<SetUserRolePayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversTypes['User']>, userErrors: Array<ResolversTypes['UserError']> }>;
  SignInInput: SignInInput;
  SignInPayload: ResolverTypeWrapper<Omit<SignInPayload, 'userErrors' | 'viewer'> & { userErrors: Array<ResolversTypes['UserError']>, viewer?: Maybe<ResolversTypes['Viewer']> }>;
  SignOutPayload: ResolverTypeWrapper<Omit<SignOutPayload, 'session' | 'userErrors'> & { session?: Maybe<ResolversTypes['Session']>, userErrors: Array<ResolversTypes['UserError']> }>;
  StaleVersionError: ResolverTypeWrapper<Omit<StaleVersionError, 'unit'> & { unit: ResolversTypes['KnowledgeUnit'] }>;
  StatusCount: ResolverTypeWrapper<StatusCount>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SuggestRevisionInput: SuggestRevisionInput;
  SuggestRevisionPayload: ResolverTypeWrapper<Omit<SuggestRevisionPayload, 'suggestion' | 'userErrors'> & { suggestion?: Maybe<ResolversTypes['Suggestion']>, userErrors: Array<ResolversTypes['UserError']> }>;
  Suggestion: ResolverTypeWrapper<SuggestionRecord>;
  SuggestionConnection: ResolverTypeWrapper<RevisionPage>;
  SuggestionDecidedError: ResolverTypeWrapper<Omit<SuggestionDecidedError, 'suggestion'> & { suggestion: ResolversTypes['Suggestion'] }>;
  SuggestionEdge: ResolverTypeWrapper<Omit<SuggestionEdge, 'node'> & { node: ResolversTypes['Suggestion'] }>;
  SuggestionStatus: SuggestionStatus;
  SupersedeKnowledgeUnitInput: SupersedeKnowledgeUnitInput;
  SupersedeKnowledgeUnitPayload: ResolverTypeWrapper<Omit<SupersedeKnowledgeUnitPayload, 'knowledgeUnit' | 'successor' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversTypes['KnowledgeUnit']>, successor?: Maybe<ResolversTypes['KnowledgeUnit']>, userErrors: Array<ResolversTypes['UserError']> }>;
  SuspendUserInput: SuspendUserInput;
  SuspendUserPayload: ResolverTypeWrapper<Omit<SuspendUserPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversTypes['User']>, userErrors: Array<ResolversTypes['UserError']> }>;
  SwitchWebhookOffInput: SwitchWebhookOffInput;
  SwitchWebhookOffPayload: ResolverTypeWrapper<Omit<SwitchWebhookOffPayload, 'userErrors' | 'webhook'> & { userErrors: Array<ResolversTypes['UserError']>, webhook?: Maybe<ResolversTypes['Webhook']> }>;
  SwitchWebhookOnInput: SwitchWebhookOnInput;
  SwitchWebhookOnPayload: ResolverTypeWrapper<Omit<SwitchWebhookOnPayload, 'userErrors' | 'webhook'> & { userErrors: Array<ResolversTypes['UserError']>, webhook?: Maybe<ResolversTypes['Webhook']> }>;
  TestWebhookInput: TestWebhookInput;
  TestWebhookPayload: ResolverTypeWrapper<Omit<TestWebhookPayload, 'delivery' | 'userErrors'> & { delivery?: Maybe<ResolversTypes['WebhookDelivery']>, userErrors: Array<ResolversTypes['UserError']> }>;
  TextRange: ResolverTypeWrapper<TextRange>;
  Tier: Tier;
  TierCount: ResolverTypeWrapper<TierCount>;
  UpdateWebhookInput: UpdateWebhookInput;
  UpdateWebhookPayload: ResolverTypeWrapper<Omit<UpdateWebhookPayload, 'userErrors' | 'webhook'> & { userErrors: Array<ResolversTypes['UserError']>, webhook?: Maybe<ResolversTypes['Webhook']> }>;
  User: ResolverTypeWrapper<UserRecord>;
  UserConnection: ResolverTypeWrapper<UserPage>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
  UserErasure: ResolverTypeWrapper<UserErasureRecord>;
  UserErasureConnection: ResolverTypeWrapper<UserErasurePage>;
  UserErasureEdge: ResolverTypeWrapper<Omit<UserErasureEdge, 'node'> & { node: ResolversTypes['UserErasure'] }>;
  UserError: ResolverTypeWrapper<AnyUserError>;
  UserErrorCode: UserErrorCode;
  UserRole: UserRole;
  Viewer: ResolverTypeWrapper<KnownViewer>;
  Webhook: ResolverTypeWrapper<WebhookRecord>;
  WebhookConnection: ResolverTypeWrapper<WebhookPage>;
  WebhookDelivery: ResolverTypeWrapper<DeliveryRecord>;
  WebhookDeliveryConnection: ResolverTypeWrapper<DeliveryPage>;
  WebhookDeliveryEdge: ResolverTypeWrapper<Omit<WebhookDeliveryEdge, 'node'> & { node: ResolversTypes['WebhookDelivery'] }>;
  WebhookDeliveryStatus: WebhookDeliveryStatus;
  WebhookEdge: ResolverTypeWrapper<Omit<WebhookEdge, 'node'> & { node: ResolversTypes['Webhook'] }>;
  WebhookFormat: WebhookFormat;
  WebhookOffReason: WebhookOffReason;
  WithdrawSuggestionInput: WithdrawSuggestionInput;
  WithdrawSuggestionPayload: ResolverTypeWrapper<Omit<WithdrawSuggestionPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>;
  Withdrawal: ResolverTypeWrapper<WithdrawalRecord>;
  WrongStatusError: ResolverTypeWrapper<Omit<WrongStatusError, 'unit'> & { unit: ResolversTypes['KnowledgeUnit'] }>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AcceptInvitationInput: AcceptInvitationInput;
  AcceptInvitationPayload: Omit<AcceptInvitationPayload, 'userErrors' | 'viewer'> & { userErrors: Array<ResolversParentTypes['UserError']>, viewer?: Maybe<ResolversParentTypes['Viewer']> };
  Activity: UnitEvent;
  ActivityConnection: ActivityPage;
  ActivityEdge: Omit<ActivityEdge, 'node'> & { node: ResolversParentTypes['Activity'] };
  AdmitQuarantinedRowInput: AdmitQuarantinedRowInput;
  AdmitQuarantinedRowPayload: Omit<AdmitQuarantinedRowPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  AlreadyReviewedError: Omit<AlreadyReviewedError, 'unit'> & { unit: ResolversParentTypes['KnowledgeUnit'] };
  AmendKnowledgeUnitInput: AmendKnowledgeUnitInput;
  AmendKnowledgeUnitPayload: Omit<AmendKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  ApiKey: ApiKeyRecord;
  ApiKeyConnection: ApiKeyPage;
  ApiKeyEdge: Omit<ApiKeyEdge, 'node'> & { node: ResolversParentTypes['ApiKey'] };
  ApproveKnowledgeUnitInput: ApproveKnowledgeUnitInput;
  ApproveKnowledgeUnitPayload: Omit<ApproveKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  ApproveSuggestionInput: ApproveSuggestionInput;
  ApproveSuggestionPayload: Omit<ApproveSuggestionPayload, 'knowledgeUnit' | 'suggestion' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, suggestion?: Maybe<ResolversParentTypes['Suggestion']>, userErrors: Array<ResolversParentTypes['UserError']> };
  AttentionConnection: AttentionPage;
  AttentionEdge: Omit<AttentionEdge, 'node'> & { node: ResolversParentTypes['KnowledgeUnit'] };
  AuditConnection: AuditPage;
  AuditEdge: Omit<AuditEdge, 'node'> & { node: ResolversParentTypes['AuditEntry'] };
  AuditEntry: AuditEntryRecord;
  AuditEvent: AuditEventRecord;
  AuditFilter: AuditFilter;
  Boolean: Scalars['Boolean']['output'];
  BulkReviewResult: Omit<BulkReviewResult, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  ChangePasswordInput: ChangePasswordInput;
  ChangePasswordPayload: Omit<ChangePasswordPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> };
  CloseUserInput: CloseUserInput;
  CloseUserPayload: Omit<CloseUserPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversParentTypes['User']>, userErrors: Array<ResolversParentTypes['UserError']> };
  ConfidenceBucket: ConfidenceBucket;
  ConfidencePoint: ConfidencePoint;
  ConfirmKnowledgeUnitInput: ConfirmKnowledgeUnitInput;
  ConfirmKnowledgeUnitPayload: Omit<ConfirmKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  Confirmation: ConfirmationRecord;
  ConfirmationConnection: ConfirmationPage;
  ConfirmationEdge: Omit<ConfirmationEdge, 'node'> & { node: ResolversParentTypes['Confirmation'] };
  ContentChange: ContentChangeRecord;
  Contributor: Omit<Contributor, 'user'> & { user: ResolversParentTypes['User'] };
  CreateApiKeyInput: CreateApiKeyInput;
  CreateApiKeyPayload: Omit<CreateApiKeyPayload, 'apiKey' | 'userErrors'> & { apiKey?: Maybe<ResolversParentTypes['ApiKey']>, userErrors: Array<ResolversParentTypes['UserError']> };
  CreateUserInput: CreateUserInput;
  CreateUserPayload: Omit<CreateUserPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversParentTypes['User']>, userErrors: Array<ResolversParentTypes['UserError']> };
  CreateWebhookInput: CreateWebhookInput;
  CreateWebhookPayload: Omit<CreateWebhookPayload, 'userErrors' | 'webhook'> & { userErrors: Array<ResolversParentTypes['UserError']>, webhook?: Maybe<ResolversParentTypes['Webhook']> };
  DailyTrend: DailyTrend;
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  DateTimeRange: DateTimeRange;
  DeleteWebhookInput: DeleteWebhookInput;
  DeleteWebhookPayload: Omit<DeleteWebhookPayload, 'userErrors' | 'webhook'> & { userErrors: Array<ResolversParentTypes['UserError']>, webhook?: Maybe<ResolversParentTypes['Webhook']> };
  DiscardQuarantinedRowInput: DiscardQuarantinedRowInput;
  DiscardQuarantinedRowPayload: Omit<DiscardQuarantinedRowPayload, 'row' | 'userErrors'> & { row?: Maybe<ResolversParentTypes['QuarantinedRow']>, userErrors: Array<ResolversParentTypes['UserError']> };
  DismissNearRepeatInput: DismissNearRepeatInput;
  DismissNearRepeatPayload: Omit<DismissNearRepeatPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> };
  DomainCount: DomainCount;
  DuplicateError: Omit<DuplicateError, 'existing'> & { existing?: Maybe<ResolversParentTypes['KnowledgeUnit']> };
  DuplicateKnowledgeUnit: Repeat;
  EmbeddingModel: ModelStatus;
  EmbeddingStatus: Omit<EmbeddingStatus, 'models'> & { models: Array<ResolversParentTypes['EmbeddingModel']> };
  EndOtherSessionsPayload: Omit<EndOtherSessionsPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> };
  EndSessionInput: EndSessionInput;
  EndSessionPayload: Omit<EndSessionPayload, 'session' | 'userErrors'> & { session?: Maybe<ResolversParentTypes['Session']>, userErrors: Array<ResolversParentTypes['UserError']> };
  EndUserSessionsInput: EndUserSessionsInput;
  EndUserSessionsPayload: Omit<EndUserSessionsPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversParentTypes['User']>, userErrors: Array<ResolversParentTypes['UserError']> };
  EraseKnowledgeUnitInput: EraseKnowledgeUnitInput;
  EraseKnowledgeUnitPayload: Omit<EraseKnowledgeUnitPayload, 'backups' | 'erasure' | 'userErrors'> & { backups?: Maybe<Array<ResolversParentTypes['ErasureBackup']>>, erasure?: Maybe<ResolversParentTypes['Erasure']>, userErrors: Array<ResolversParentTypes['UserError']> };
  EraseUserInput: EraseUserInput;
  EraseUserPayload: Omit<EraseUserPayload, 'backups' | 'erasure' | 'userErrors'> & { backups?: Maybe<Array<ResolversParentTypes['ErasureBackup']>>, erasure?: Maybe<ResolversParentTypes['UserErasure']>, userErrors: Array<ResolversParentTypes['UserError']> };
  Erasure: ErasureRecord;
  ErasureBackup: ErasureBackupRecord;
  ErasureConnection: ErasurePage;
  ErasureEdge: Omit<ErasureEdge, 'node'> & { node: ResolversParentTypes['Erasure'] };
  Evidence: Evidence;
  Flag: FlagRecord;
  FlagConnection: FlagPage;
  FlagCount: FlagCount;
  FlagEdge: Omit<FlagEdge, 'node'> & { node: ResolversParentTypes['Flag'] };
  FlagKnowledgeUnitInput: FlagKnowledgeUnitInput;
  FlagKnowledgeUnitPayload: Omit<FlagKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  Float: Scalars['Float']['output'];
  FloatRange: FloatRange;
  HeldSecret: HeldSecret;
  ID: Scalars['ID']['output'];
  InputError: InputError;
  Insight: Insight;
  InsightChangeInput: InsightChangeInput;
  InsightInput: InsightInput;
  Int: Scalars['Int']['output'];
  IntRange: IntRange;
  Invitation: InvitationRecord;
  InvitationConnection: InvitationPage;
  InvitationEdge: Omit<InvitationEdge, 'node'> & { node: ResolversParentTypes['Invitation'] };
  InvitationOffer: InvitationOffer;
  InviteUserInput: InviteUserInput;
  InviteUserPayload: Omit<InviteUserPayload, 'invitation' | 'userErrors'> & { invitation?: Maybe<ResolversParentTypes['Invitation']>, userErrors: Array<ResolversParentTypes['UserError']> };
  JSONObject: Scalars['JSONObject']['output'];
  KnowledgeContent: UnitContent;
  KnowledgeContext: KnowledgeContext;
  KnowledgeContextChangeInput: KnowledgeContextChangeInput;
  KnowledgeContextInput: KnowledgeContextInput;
  KnowledgeEvent: KnowledgeEventRecord;
  KnowledgeEventFilter: KnowledgeEventFilter;
  KnowledgeFilter: KnowledgeFilter;
  KnowledgeStats: StatsSource;
  KnowledgeUnit: UnitRecord;
  KnowledgeUnitConnection: UnitPage;
  KnowledgeUnitEdge: Omit<KnowledgeUnitEdge, 'node'> & { node: ResolversParentTypes['KnowledgeUnit'] };
  KnowledgeUnitOrder: KnowledgeUnitOrder;
  KnowledgeUnitUsage: Usage;
  LimitReachedError: LimitReachedError;
  MergeKnowledgeUnitInput: MergeKnowledgeUnitInput;
  MergeKnowledgeUnitPayload: Omit<MergeKnowledgeUnitPayload, 'knowledgeUnit' | 'successor' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, successor?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  Mutation: Record<PropertyKey, never>;
  NearRepeat: NearRepeatRecord;
  NearRepeatConnection: NearRepeatPage;
  NearRepeatEdge: Omit<NearRepeatEdge, 'node'> & { node: ResolversParentTypes['NearRepeat'] };
  Node: AnyNode;
  NotFoundError: NotFoundError;
  PageInfo: PageInfo;
  ParkedUnit: Omit<ParkedUnit, 'unit'> & { unit: ResolversParentTypes['KnowledgeUnit'] };
  ProposalRecord: ProposalRecord;
  ProposeKnowledgeUnitInput: ProposeKnowledgeUnitInput;
  ProposeKnowledgeUnitPayload: Omit<ProposeKnowledgeUnitPayload, 'knowledgeUnit' | 'suggestion' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, suggestion?: Maybe<ResolversParentTypes['Suggestion']>, userErrors: Array<ResolversParentTypes['UserError']> };
  QuarantinedRow: Quarantined;
  QuarantinedRowConnection: QuarantinePage;
  QuarantinedRowEdge: Omit<QuarantinedRowEdge, 'node'> & { node: ResolversParentTypes['QuarantinedRow'] };
  Query: Record<PropertyKey, never>;
  RateLimit: RateLimit;
  RebaseSuggestionInput: RebaseSuggestionInput;
  RebaseSuggestionPayload: Omit<RebaseSuggestionPayload, 'suggestion' | 'userErrors'> & { suggestion?: Maybe<ResolversParentTypes['Suggestion']>, userErrors: Array<ResolversParentTypes['UserError']> };
  ReinstateKnowledgeUnitInput: ReinstateKnowledgeUnitInput;
  ReinstateKnowledgeUnitPayload: Omit<ReinstateKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  ReinstateUserInput: ReinstateUserInput;
  ReinstateUserPayload: Omit<ReinstateUserPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversParentTypes['User']>, userErrors: Array<ResolversParentTypes['UserError']> };
  RejectKnowledgeUnitInput: RejectKnowledgeUnitInput;
  RejectKnowledgeUnitPayload: Omit<RejectKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  RejectSuggestionInput: RejectSuggestionInput;
  RejectSuggestionPayload: Omit<RejectSuggestionPayload, 'suggestion' | 'userErrors'> & { suggestion?: Maybe<ResolversParentTypes['Suggestion']>, userErrors: Array<ResolversParentTypes['UserError']> };
  RelatedKnowledgeUnit: Related;
  ReleaseKnowledgeUnitInput: ReleaseKnowledgeUnitInput;
  ReleaseKnowledgeUnitPayload: Omit<ReleaseKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  ReopenKnowledgeUnitInput: ReopenKnowledgeUnitInput;
  ReopenKnowledgeUnitPayload: Omit<ReopenKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  ReopenUserInput: ReopenUserInput;
  ReopenUserPayload: Omit<ReopenUserPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversParentTypes['User']>, userErrors: Array<ResolversParentTypes['UserError']> };
  ReplicaState: ReplicaState;
  RetireKnowledgeUnitInput: RetireKnowledgeUnitInput;
  RetireKnowledgeUnitPayload: Omit<RetireKnowledgeUnitPayload, 'knowledgeUnit' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  RetryEmbeddingsInput: RetryEmbeddingsInput;
  RetryEmbeddingsPayload: Omit<RetryEmbeddingsPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> };
  Review: ReviewRecord;
  ReviewKnowledgeUnitsInput: ReviewKnowledgeUnitsInput;
  ReviewKnowledgeUnitsPayload: Omit<ReviewKnowledgeUnitsPayload, 'results' | 'userErrors'> & { results?: Maybe<Array<ResolversParentTypes['BulkReviewResult']>>, userErrors: Array<ResolversParentTypes['UserError']> };
  ReviewQueueState: QueueState;
  Revision: RevisionRecord;
  RevisionConnection: RevisionPage;
  RevisionEdge: Omit<RevisionEdge, 'node'> & { node: ResolversParentTypes['Revision'] };
  RevokeApiKeyInput: RevokeApiKeyInput;
  RevokeApiKeyPayload: Omit<RevokeApiKeyPayload, 'apiKey' | 'userErrors'> & { apiKey?: Maybe<ResolversParentTypes['ApiKey']>, userErrors: Array<ResolversParentTypes['UserError']> };
  RevokeInvitationInput: RevokeInvitationInput;
  RevokeInvitationPayload: Omit<RevokeInvitationPayload, 'invitation' | 'userErrors'> & { invitation?: Maybe<ResolversParentTypes['Invitation']>, userErrors: Array<ResolversParentTypes['UserError']> };
  RotateWebhookSecretInput: RotateWebhookSecretInput;
  RotateWebhookSecretPayload: Omit<RotateWebhookSecretPayload, 'userErrors' | 'webhook'> & { userErrors: Array<ResolversParentTypes['UserError']>, webhook?: Maybe<ResolversParentTypes['Webhook']> };
  SearchConnection: SearchPage;
  SearchEdge: SearchResult;
  SearchHighlights: SearchHighlights;
  SearchNotice: SearchNotice;
  SearchSignals: SearchSignals;
  SecretError: SecretError;
  SendWebhookAgainInput: SendWebhookAgainInput;
  SendWebhookAgainPayload: Omit<SendWebhookAgainPayload, 'delivery' | 'userErrors'> & { delivery?: Maybe<ResolversParentTypes['WebhookDelivery']>, userErrors: Array<ResolversParentTypes['UserError']> };
  ServerInfo: Settings;
  ServerSetting: ServerSetting;
  ServerState: ServerStateSource;
  Session: SessionRecord;
  SessionConnection: SessionPage;
  SessionEdge: Omit<SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] };
  SetUserPasswordInput: SetUserPasswordInput;
  SetUserPasswordPayload: Omit<SetUserPasswordPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversParentTypes['User']>, userErrors: Array<ResolversParentTypes['UserError']> };
  SetUserRoleInput: SetUserRoleInput;
  SetUserRolePayload: Omit<SetUserRolePayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversParentTypes['User']>, userErrors: Array<ResolversParentTypes['UserError']> };
  SignInInput: SignInInput;
  SignInPayload: Omit<SignInPayload, 'userErrors' | 'viewer'> & { userErrors: Array<ResolversParentTypes['UserError']>, viewer?: Maybe<ResolversParentTypes['Viewer']> };
  SignOutPayload: Omit<SignOutPayload, 'session' | 'userErrors'> & { session?: Maybe<ResolversParentTypes['Session']>, userErrors: Array<ResolversParentTypes['UserError']> };
  StaleVersionError: Omit<StaleVersionError, 'unit'> & { unit: ResolversParentTypes['KnowledgeUnit'] };
  StatusCount: StatusCount;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  SuggestRevisionInput: SuggestRevisionInput;
  SuggestRevisionPayload: Omit<SuggestRevisionPayload, 'suggestion' | 'userErrors'> & { suggestion?: Maybe<ResolversParentTypes['Suggestion']>, userErrors: Array<ResolversParentTypes['UserError']> };
  Suggestion: SuggestionRecord;
  SuggestionConnection: RevisionPage;
  SuggestionDecidedError: Omit<SuggestionDecidedError, 'suggestion'> & { suggestion: ResolversParentTypes['Suggestion'] };
  SuggestionEdge: Omit<SuggestionEdge, 'node'> & { node: ResolversParentTypes['Suggestion'] };
  SupersedeKnowledgeUnitInput: SupersedeKnowledgeUnitInput;
  SupersedeKnowledgeUnitPayload: Omit<SupersedeKnowledgeUnitPayload, 'knowledgeUnit' | 'successor' | 'userErrors'> & { knowledgeUnit?: Maybe<ResolversParentTypes['KnowledgeUnit']>, successor?: Maybe<ResolversParentTypes['KnowledgeUnit']>, userErrors: Array<ResolversParentTypes['UserError']> };
  SuspendUserInput: SuspendUserInput;
  SuspendUserPayload: Omit<SuspendUserPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversParentTypes['User']>, userErrors: Array<ResolversParentTypes['UserError']> };
  SwitchWebhookOffInput: SwitchWebhookOffInput;
  SwitchWebhookOffPayload: Omit<SwitchWebhookOffPayload, 'userErrors' | 'webhook'> & { userErrors: Array<ResolversParentTypes['UserError']>, webhook?: Maybe<ResolversParentTypes['Webhook']> };
  SwitchWebhookOnInput: SwitchWebhookOnInput;
  SwitchWebhookOnPayload: Omit<SwitchWebhookOnPayload, 'userErrors' | 'webhook'> & { userErrors: Array<ResolversParentTypes['UserError']>, webhook?: Maybe<ResolversParentTypes['Webhook']> };
  TestWebhookInput: TestWebhookInput;
  TestWebhookPayload: Omit<TestWebhookPayload, 'delivery' | 'userErrors'> & { delivery?: Maybe<ResolversParentTypes['WebhookDelivery']>, userErrors: Array<ResolversParentTypes['UserError']> };
  TextRange: TextRange;
  TierCount: TierCount;
  UpdateWebhookInput: UpdateWebhookInput;
  UpdateWebhookPayload: Omit<UpdateWebhookPayload, 'userErrors' | 'webhook'> & { userErrors: Array<ResolversParentTypes['UserError']>, webhook?: Maybe<ResolversParentTypes['Webhook']> };
  User: UserRecord;
  UserConnection: UserPage;
  UserEdge: Omit<UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
  UserErasure: UserErasureRecord;
  UserErasureConnection: UserErasurePage;
  UserErasureEdge: Omit<UserErasureEdge, 'node'> & { node: ResolversParentTypes['UserErasure'] };
  UserError: AnyUserError;
  Viewer: KnownViewer;
  Webhook: WebhookRecord;
  WebhookConnection: WebhookPage;
  WebhookDelivery: DeliveryRecord;
  WebhookDeliveryConnection: DeliveryPage;
  WebhookDeliveryEdge: Omit<WebhookDeliveryEdge, 'node'> & { node: ResolversParentTypes['WebhookDelivery'] };
  WebhookEdge: Omit<WebhookEdge, 'node'> & { node: ResolversParentTypes['Webhook'] };
  WithdrawSuggestionInput: WithdrawSuggestionInput;
  WithdrawSuggestionPayload: Omit<WithdrawSuggestionPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> };
  Withdrawal: WithdrawalRecord;
  WrongStatusError: Omit<WrongStatusError, 'unit'> & { unit: ResolversParentTypes['KnowledgeUnit'] };
};

export type CostDirectiveArgs = {
  each?: Maybe<Scalars['Int']['input']>;
  multiplier?: Maybe<Scalars['String']['input']>;
  size?: Maybe<Scalars['Int']['input']>;
  weight?: Scalars['Int']['input'];
};

export type CostDirectiveResolver<Result, Parent, ContextType = Context, Args = CostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RequiresDirectiveArgs = {
  scope: Scope;
};

export type RequiresDirectiveResolver<Result, Parent, ContextType = Context, Args = RequiresDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AcceptInvitationPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AcceptInvitationPayload'] = ResolversParentTypes['AcceptInvitationPayload']> = {
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  token?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  viewer?: Resolver<Maybe<ResolversTypes['Viewer']>, ParentType, ContextType>;
};

export type ActivityResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Activity'] = ResolversParentTypes['Activity']> = {
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  knowledgeUnit?: Resolver<ResolversTypes['KnowledgeUnit'], ParentType, ContextType>;
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['ActivityType'], ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ActivityConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivityConnection'] = ResolversParentTypes['ActivityConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ActivityEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Activity']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ActivityEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivityEdge'] = ResolversParentTypes['ActivityEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Activity'], ParentType, ContextType>;
};

export type ActivityTypeResolvers = EnumResolverSignature<{ AMENDED?: any, APPROVED?: any, CONFIRMED?: any, FLAGGED?: any, MERGED?: any, PROPOSED?: any, REINSTATED?: any, REJECTED?: any, REOPENED?: any, RETIRED?: any, REVISED?: any, SUGGESTED?: any, SUGGESTION_REJECTED?: any, SUGGESTION_REOPENED?: any, SUPERSEDED?: any }, ResolversTypes['ActivityType']>;

export type AdmitQuarantinedRowPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AdmitQuarantinedRowPayload'] = ResolversParentTypes['AdmitQuarantinedRowPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AlreadyReviewedErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AlreadyReviewedError'] = ResolversParentTypes['AlreadyReviewedError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['KnowledgeUnit'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AmendKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AmendKnowledgeUnitPayload'] = ResolversParentTypes['AmendKnowledgeUnitPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ApiKeyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKey'] = ResolversParentTypes['ApiKey']> = {
  access?: Resolver<ResolversTypes['ApiKeyAccess'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  domains?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isActive?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  labels?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  prefix?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  revokedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  ttl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ApiKeyAccessResolvers = EnumResolverSignature<{ READ?: any, WRITE?: any }, ResolversTypes['ApiKeyAccess']>;

export type ApiKeyConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKeyConnection'] = ResolversParentTypes['ApiKeyConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ApiKeyEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ApiKeyEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKeyEdge'] = ResolversParentTypes['ApiKeyEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
};

export type ApproveKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApproveKnowledgeUnitPayload'] = ResolversParentTypes['ApproveKnowledgeUnitPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ApproveSuggestionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApproveSuggestionPayload'] = ResolversParentTypes['ApproveSuggestionPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  suggestion?: Resolver<Maybe<ResolversTypes['Suggestion']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AttentionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AttentionConnection'] = ResolversParentTypes['AttentionConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AttentionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AttentionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AttentionEdge'] = ResolversParentTypes['AttentionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['KnowledgeUnit'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['AttentionReason'], ParentType, ContextType>;
};

export type AttentionReasonResolvers = EnumResolverSignature<{ FLAGGED?: any, HELD?: any, SUPERSEDED_IN_USE?: any, UNCONFIRMED?: any }, ResolversTypes['AttentionReason']>;

export type AuditActorKindResolvers = EnumResolverSignature<{ AGENT?: any, ANONYMOUS?: any, OPERATOR?: any, PERSON?: any, SERVER?: any }, ResolversTypes['AuditActorKind']>;

export type AuditConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditConnection'] = ResolversParentTypes['AuditConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AuditEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['AuditEntry']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AuditEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEdge'] = ResolversParentTypes['AuditEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuditEntry'], ParentType, ContextType>;
};

export type AuditEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEntry'] = ResolversParentTypes['AuditEntry']> = {
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  actorKind?: Resolver<ResolversTypes['AuditActorKind'], ParentType, ContextType>;
  address?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  details?: Resolver<Maybe<ResolversTypes['JSONObject']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  keyId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  lastAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  target?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  targetUser?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type AuditEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEvent'] = ResolversParentTypes['AuditEvent']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  entry?: Resolver<ResolversTypes['AuditEntry'], ParentType, ContextType>;
};

export type BulkDecisionResolvers = EnumResolverSignature<{ APPROVE?: any, REJECT?: any, RETIRE?: any }, ResolversTypes['BulkDecision']>;

export type BulkReviewResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BulkReviewResult'] = ResolversParentTypes['BulkReviewResult']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ChangePasswordPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChangePasswordPayload'] = ResolversParentTypes['ChangePasswordPayload']> = {
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  token?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CloseUserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CloseUserPayload'] = ResolversParentTypes['CloseUserPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ConfidenceBucketResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConfidenceBucket'] = ResolversParentTypes['ConfidenceBucket']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lower?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  upper?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ConfidencePointResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConfidencePoint'] = ResolversParentTypes['ConfidencePoint']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ConfirmKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConfirmKnowledgeUnitPayload'] = ResolversParentTypes['ConfirmKnowledgeUnitPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ConfirmationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Confirmation'] = ResolversParentTypes['Confirmation']> = {
  confirmedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  confirmedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ConfirmationConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConfirmationConnection'] = ResolversParentTypes['ConfirmationConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ConfirmationEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Confirmation']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ConfirmationEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConfirmationEdge'] = ResolversParentTypes['ConfirmationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Confirmation'], ParentType, ContextType>;
};

export type ContentChangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ContentChange'] = ResolversParentTypes['ContentChange']> = {
  after?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  before?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  field?: Resolver<ResolversTypes['ContentField'], ParentType, ContextType>;
};

export type ContentFieldResolvers = EnumResolverSignature<{ ACTION?: any, DETAIL?: any, DOMAINS?: any, EXTENSIONS?: any, FRAMEWORKS?: any, LANGUAGES?: any, PATTERN?: any, SUMMARY?: any }, ResolversTypes['ContentField']>;

export type ContributorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Contributor'] = ResolversParentTypes['Contributor']> = {
  approved?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type CreateApiKeyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateApiKeyPayload'] = ResolversParentTypes['CreateApiKeyPayload']> = {
  apiKey?: Resolver<Maybe<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateUserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateUserPayload'] = ResolversParentTypes['CreateUserPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateWebhookPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateWebhookPayload'] = ResolversParentTypes['CreateWebhookPayload']> = {
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
};

export type DailyTrendResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DailyTrend'] = ResolversParentTypes['DailyTrend']> = {
  approved?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  date?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  proposed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rejected?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeleteWebhookPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteWebhookPayload'] = ResolversParentTypes['DeleteWebhookPayload']> = {
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
};

export type DiscardQuarantinedRowPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DiscardQuarantinedRowPayload'] = ResolversParentTypes['DiscardQuarantinedRowPayload']> = {
  row?: Resolver<Maybe<ResolversTypes['QuarantinedRow']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DismissNearRepeatPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DismissNearRepeatPayload'] = ResolversParentTypes['DismissNearRepeatPayload']> = {
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DomainCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DomainCount'] = ResolversParentTypes['DomainCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  domain?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DuplicateBasisResolvers = EnumResolverSignature<{ MEANING?: any, TEXT?: any, WORDS?: any }, ResolversTypes['DuplicateBasis']>;

export type DuplicateErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DuplicateError'] = ResolversParentTypes['DuplicateError']> = {
  basis?: Resolver<ResolversTypes['DuplicateBasis'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  existing?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  similarity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DuplicateKnowledgeUnitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DuplicateKnowledgeUnit'] = ResolversParentTypes['DuplicateKnowledgeUnit']> = {
  basis?: Resolver<ResolversTypes['DuplicateBasis'], ParentType, ContextType>;
  similarity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['KnowledgeUnit'], ParentType, ContextType>;
};

export type EmbeddingModelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EmbeddingModel'] = ResolversParentTypes['EmbeddingModel']> = {
  dimensions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  done?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  indexProblem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  lastError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  parked?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  parkedUnits?: Resolver<Array<ResolversTypes['ParkedUnit']>, ParentType, ContextType, RequireFields<EmbeddingModelParkedUnitsArgs, 'first'>>;
  provider?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['EmbeddingModelState'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EmbeddingModelStateResolvers = EnumResolverSignature<{ ACTIVE?: any, BUILDING?: any }, ResolversTypes['EmbeddingModelState']>;

export type EmbeddingStatusResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EmbeddingStatus'] = ResolversParentTypes['EmbeddingStatus']> = {
  models?: Resolver<Array<ResolversTypes['EmbeddingModel']>, ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  vectorEngine?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type EndOtherSessionsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EndOtherSessionsPayload'] = ResolversParentTypes['EndOtherSessionsPayload']> = {
  ended?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type EndSessionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EndSessionPayload'] = ResolversParentTypes['EndSessionPayload']> = {
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type EndUserSessionsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EndUserSessionsPayload'] = ResolversParentTypes['EndUserSessionsPayload']> = {
  ended?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type EraseKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EraseKnowledgeUnitPayload'] = ResolversParentTypes['EraseKnowledgeUnitPayload']> = {
  backups?: Resolver<Maybe<Array<ResolversTypes['ErasureBackup']>>, ParentType, ContextType>;
  erasure?: Resolver<Maybe<ResolversTypes['Erasure']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type EraseUserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EraseUserPayload'] = ResolversParentTypes['EraseUserPayload']> = {
  backups?: Resolver<Maybe<Array<ResolversTypes['ErasureBackup']>>, ParentType, ContextType>;
  erasure?: Resolver<Maybe<ResolversTypes['UserErasure']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ErasureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Erasure'] = ResolversParentTypes['Erasure']> = {
  doneAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  erasedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  erasedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ErasureStatus'], ParentType, ContextType>;
  unitId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  waitsFor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ErasureBackupResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ErasureBackup'] = ResolversParentTypes['ErasureBackup']> = {
  kind?: Resolver<ResolversTypes['ErasureBackupKind'], ParentType, ContextType>;
  madeAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  place?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ErasureBackupKindResolvers = EnumResolverSignature<{ ADOPTION?: any, BACKUP?: any }, ResolversTypes['ErasureBackupKind']>;

export type ErasureConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ErasureConnection'] = ResolversParentTypes['ErasureConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ErasureEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Erasure']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ErasureEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ErasureEdge'] = ResolversParentTypes['ErasureEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Erasure'], ParentType, ContextType>;
};

export type ErasureStatusResolvers = EnumResolverSignature<{ DONE?: any, PENDING?: any }, ResolversTypes['ErasureStatus']>;

export type EvidenceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Evidence'] = ResolversParentTypes['Evidence']> = {
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  confirmations?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  confirmers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  firstObservedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastConfirmedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  ownConfirmations?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type FlagResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Flag'] = ResolversParentTypes['Flag']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  detail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  duplicateOf?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  flaggedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['FlagReason'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FlagConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FlagConnection'] = ResolversParentTypes['FlagConnection']> = {
  edges?: Resolver<Array<ResolversTypes['FlagEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Flag']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type FlagCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FlagCount'] = ResolversParentTypes['FlagCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['FlagReason'], ParentType, ContextType>;
};

export type FlagEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FlagEdge'] = ResolversParentTypes['FlagEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Flag'], ParentType, ContextType>;
};

export type FlagKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FlagKnowledgeUnitPayload'] = ResolversParentTypes['FlagKnowledgeUnitPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type FlagReasonResolvers = EnumResolverSignature<{ DUPLICATE?: any, INCORRECT?: any, STALE?: any }, ResolversTypes['FlagReason']>;

export type HeldSecretResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HeldSecret'] = ResolversParentTypes['HeldSecret']> = {
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type InputErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InputError'] = ResolversParentTypes['InputError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InsightResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Insight'] = ResolversParentTypes['Insight']> = {
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  detail?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  summary?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type InvitationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Invitation'] = ResolversParentTypes['Invitation']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  invitedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  role?: Resolver<ResolversTypes['UserRole'], ParentType, ContextType>;
  username?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InvitationConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvitationConnection'] = ResolversParentTypes['InvitationConnection']> = {
  edges?: Resolver<Array<ResolversTypes['InvitationEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Invitation']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type InvitationEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvitationEdge'] = ResolversParentTypes['InvitationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Invitation'], ParentType, ContextType>;
};

export type InvitationOfferResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvitationOffer'] = ResolversParentTypes['InvitationOffer']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['UserRole'], ParentType, ContextType>;
  username?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type InviteUserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InviteUserPayload'] = ResolversParentTypes['InviteUserPayload']> = {
  invitation?: Resolver<Maybe<ResolversTypes['Invitation']>, ParentType, ContextType>;
  token?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface JsonObjectScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSONObject'], any> {
  name: 'JSONObject';
}

export type KnowledgeContentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KnowledgeContent'] = ResolversParentTypes['KnowledgeContent']> = {
  context?: Resolver<ResolversTypes['KnowledgeContext'], ParentType, ContextType>;
  domains?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  extensions?: Resolver<Maybe<ResolversTypes['JSONObject']>, ParentType, ContextType>;
  insight?: Resolver<ResolversTypes['Insight'], ParentType, ContextType>;
};

export type KnowledgeContextResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KnowledgeContext'] = ResolversParentTypes['KnowledgeContext']> = {
  frameworks?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  languages?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  pattern?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type KnowledgeEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KnowledgeEvent'] = ResolversParentTypes['KnowledgeEvent']> = {
  activity?: Resolver<ResolversTypes['Activity'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type KnowledgeStatsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KnowledgeStats'] = ResolversParentTypes['KnowledgeStats']> = {
  computedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  confidenceDistribution?: Resolver<Array<ResolversTypes['ConfidenceBucket']>, ParentType, ContextType>;
  confidenceHistogram?: Resolver<Array<ResolversTypes['ConfidenceBucket']>, ParentType, ContextType>;
  domainCounts?: Resolver<Array<ResolversTypes['DomainCount']>, ParentType, ContextType, RequireFields<KnowledgeStatsDomainCountsArgs, 'first'>>;
  neverAnsweredCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  recentActivity?: Resolver<Maybe<Array<ResolversTypes['Activity']>>, ParentType, ContextType, RequireFields<KnowledgeStatsRecentActivityArgs, 'first'>>;
  statusCounts?: Resolver<Array<ResolversTypes['StatusCount']>, ParentType, ContextType>;
  tierCounts?: Resolver<Array<ResolversTypes['TierCount']>, ParentType, ContextType>;
  topContributors?: Resolver<Maybe<Array<ResolversTypes['Contributor']>>, ParentType, ContextType, RequireFields<KnowledgeStatsTopContributorsArgs, 'first'>>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  trends?: Resolver<Array<ResolversTypes['DailyTrend']>, ParentType, ContextType, Partial<KnowledgeStatsTrendsArgs>>;
};

export type KnowledgeUnitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KnowledgeUnit'] = ResolversParentTypes['KnowledgeUnit']> = {
  activity?: Resolver<Maybe<ResolversTypes['ActivityConnection']>, ParentType, ContextType, RequireFields<KnowledgeUnitActivityArgs, 'first'>>;
  confidenceHistory?: Resolver<Array<ResolversTypes['ConfidencePoint']>, ParentType, ContextType>;
  confirmations?: Resolver<Maybe<ResolversTypes['ConfirmationConnection']>, ParentType, ContextType, RequireFields<KnowledgeUnitConfirmationsArgs, 'first'>>;
  context?: Resolver<ResolversTypes['KnowledgeContext'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  domains?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  duplicates?: Resolver<Array<ResolversTypes['DuplicateKnowledgeUnit']>, ParentType, ContextType, RequireFields<KnowledgeUnitDuplicatesArgs, 'first'>>;
  evidence?: Resolver<ResolversTypes['Evidence'], ParentType, ContextType>;
  extensions?: Resolver<Maybe<ResolversTypes['JSONObject']>, ParentType, ContextType>;
  flagCounts?: Resolver<Array<ResolversTypes['FlagCount']>, ParentType, ContextType>;
  flags?: Resolver<Maybe<ResolversTypes['FlagConnection']>, ParentType, ContextType, RequireFields<KnowledgeUnitFlagsArgs, 'first'>>;
  heldSecrets?: Resolver<Array<ResolversTypes['HeldSecret']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  insight?: Resolver<ResolversTypes['Insight'], ParentType, ContextType>;
  proposedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  related?: Resolver<Array<ResolversTypes['RelatedKnowledgeUnit']>, ParentType, ContextType, RequireFields<KnowledgeUnitRelatedArgs, 'first'>>;
  review?: Resolver<Maybe<ResolversTypes['Review']>, ParentType, ContextType>;
  revisions?: Resolver<Maybe<ResolversTypes['RevisionConnection']>, ParentType, ContextType, RequireFields<KnowledgeUnitRevisionsArgs, 'first'>>;
  secretsReleasedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ReviewStatus'], ParentType, ContextType>;
  suggestions?: Resolver<Maybe<ResolversTypes['SuggestionConnection']>, ParentType, ContextType, RequireFields<KnowledgeUnitSuggestionsArgs, 'first'>>;
  supersededBy?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  tier?: Resolver<ResolversTypes['Tier'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  usage?: Resolver<ResolversTypes['KnowledgeUnitUsage'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  viewerHasConfirmed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  viewerHasFlagged?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  withdrawal?: Resolver<Maybe<ResolversTypes['Withdrawal']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type KnowledgeUnitConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KnowledgeUnitConnection'] = ResolversParentTypes['KnowledgeUnitConnection']> = {
  edges?: Resolver<Array<ResolversTypes['KnowledgeUnitEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type KnowledgeUnitEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KnowledgeUnitEdge'] = ResolversParentTypes['KnowledgeUnitEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['KnowledgeUnit'], ParentType, ContextType>;
};

export type KnowledgeUnitOrderFieldResolvers = EnumResolverSignature<{ ANSWERS?: any, CONFIDENCE?: any, CONFIRMATIONS?: any, CONFIRMERS?: any, CREATED_AT?: any, FLAGS?: any, LAST_ANSWERED_AT?: any, LAST_CONFIRMED_AT?: any, UPDATED_AT?: any }, ResolversTypes['KnowledgeUnitOrderField']>;

export type KnowledgeUnitUsageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KnowledgeUnitUsage'] = ResolversParentTypes['KnowledgeUnitUsage']> = {
  answers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastAnsweredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastRequestedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  requests?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type LimitReachedErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LimitReachedError'] = ResolversParentTypes['LimitReachedError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  limit?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MatchModeResolvers = EnumResolverSignature<{ ALL?: any, ANY?: any }, ResolversTypes['MatchMode']>;

export type MergeKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MergeKnowledgeUnitPayload'] = ResolversParentTypes['MergeKnowledgeUnitPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  successor?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  acceptInvitation?: Resolver<Maybe<ResolversTypes['AcceptInvitationPayload']>, ParentType, ContextType, RequireFields<MutationAcceptInvitationArgs, 'input'>>;
  admitQuarantinedRow?: Resolver<Maybe<ResolversTypes['AdmitQuarantinedRowPayload']>, ParentType, ContextType, RequireFields<MutationAdmitQuarantinedRowArgs, 'input'>>;
  amendKnowledgeUnit?: Resolver<Maybe<ResolversTypes['AmendKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationAmendKnowledgeUnitArgs, 'input'>>;
  approveKnowledgeUnit?: Resolver<Maybe<ResolversTypes['ApproveKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationApproveKnowledgeUnitArgs, 'input'>>;
  approveSuggestion?: Resolver<Maybe<ResolversTypes['ApproveSuggestionPayload']>, ParentType, ContextType, RequireFields<MutationApproveSuggestionArgs, 'input'>>;
  changePassword?: Resolver<Maybe<ResolversTypes['ChangePasswordPayload']>, ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'input'>>;
  closeUser?: Resolver<Maybe<ResolversTypes['CloseUserPayload']>, ParentType, ContextType, RequireFields<MutationCloseUserArgs, 'input'>>;
  confirmKnowledgeUnit?: Resolver<Maybe<ResolversTypes['ConfirmKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationConfirmKnowledgeUnitArgs, 'input'>>;
  createApiKey?: Resolver<Maybe<ResolversTypes['CreateApiKeyPayload']>, ParentType, ContextType, RequireFields<MutationCreateApiKeyArgs, 'input'>>;
  createUser?: Resolver<Maybe<ResolversTypes['CreateUserPayload']>, ParentType, ContextType, RequireFields<MutationCreateUserArgs, 'input'>>;
  createWebhook?: Resolver<Maybe<ResolversTypes['CreateWebhookPayload']>, ParentType, ContextType, RequireFields<MutationCreateWebhookArgs, 'input'>>;
  deleteWebhook?: Resolver<Maybe<ResolversTypes['DeleteWebhookPayload']>, ParentType, ContextType, RequireFields<MutationDeleteWebhookArgs, 'input'>>;
  discardQuarantinedRow?: Resolver<Maybe<ResolversTypes['DiscardQuarantinedRowPayload']>, ParentType, ContextType, RequireFields<MutationDiscardQuarantinedRowArgs, 'input'>>;
  dismissNearRepeat?: Resolver<Maybe<ResolversTypes['DismissNearRepeatPayload']>, ParentType, ContextType, RequireFields<MutationDismissNearRepeatArgs, 'input'>>;
  endOtherSessions?: Resolver<Maybe<ResolversTypes['EndOtherSessionsPayload']>, ParentType, ContextType>;
  endSession?: Resolver<Maybe<ResolversTypes['EndSessionPayload']>, ParentType, ContextType, RequireFields<MutationEndSessionArgs, 'input'>>;
  endUserSessions?: Resolver<Maybe<ResolversTypes['EndUserSessionsPayload']>, ParentType, ContextType, RequireFields<MutationEndUserSessionsArgs, 'input'>>;
  eraseKnowledgeUnit?: Resolver<Maybe<ResolversTypes['EraseKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationEraseKnowledgeUnitArgs, 'input'>>;
  eraseUser?: Resolver<Maybe<ResolversTypes['EraseUserPayload']>, ParentType, ContextType, RequireFields<MutationEraseUserArgs, 'input'>>;
  flagKnowledgeUnit?: Resolver<Maybe<ResolversTypes['FlagKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationFlagKnowledgeUnitArgs, 'input'>>;
  inviteUser?: Resolver<Maybe<ResolversTypes['InviteUserPayload']>, ParentType, ContextType, RequireFields<MutationInviteUserArgs, 'input'>>;
  mergeKnowledgeUnit?: Resolver<Maybe<ResolversTypes['MergeKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationMergeKnowledgeUnitArgs, 'input'>>;
  proposeKnowledgeUnit?: Resolver<Maybe<ResolversTypes['ProposeKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationProposeKnowledgeUnitArgs, 'input'>>;
  rebaseSuggestion?: Resolver<Maybe<ResolversTypes['RebaseSuggestionPayload']>, ParentType, ContextType, RequireFields<MutationRebaseSuggestionArgs, 'input'>>;
  reinstateKnowledgeUnit?: Resolver<Maybe<ResolversTypes['ReinstateKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationReinstateKnowledgeUnitArgs, 'input'>>;
  reinstateUser?: Resolver<Maybe<ResolversTypes['ReinstateUserPayload']>, ParentType, ContextType, RequireFields<MutationReinstateUserArgs, 'input'>>;
  rejectKnowledgeUnit?: Resolver<Maybe<ResolversTypes['RejectKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationRejectKnowledgeUnitArgs, 'input'>>;
  rejectSuggestion?: Resolver<Maybe<ResolversTypes['RejectSuggestionPayload']>, ParentType, ContextType, RequireFields<MutationRejectSuggestionArgs, 'input'>>;
  releaseKnowledgeUnit?: Resolver<Maybe<ResolversTypes['ReleaseKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationReleaseKnowledgeUnitArgs, 'input'>>;
  reopenKnowledgeUnit?: Resolver<Maybe<ResolversTypes['ReopenKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationReopenKnowledgeUnitArgs, 'input'>>;
  reopenUser?: Resolver<Maybe<ResolversTypes['ReopenUserPayload']>, ParentType, ContextType, RequireFields<MutationReopenUserArgs, 'input'>>;
  retireKnowledgeUnit?: Resolver<Maybe<ResolversTypes['RetireKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationRetireKnowledgeUnitArgs, 'input'>>;
  retryEmbeddings?: Resolver<Maybe<ResolversTypes['RetryEmbeddingsPayload']>, ParentType, ContextType, RequireFields<MutationRetryEmbeddingsArgs, 'input'>>;
  reviewKnowledgeUnits?: Resolver<Maybe<ResolversTypes['ReviewKnowledgeUnitsPayload']>, ParentType, ContextType, RequireFields<MutationReviewKnowledgeUnitsArgs, 'input'>>;
  revokeApiKey?: Resolver<Maybe<ResolversTypes['RevokeApiKeyPayload']>, ParentType, ContextType, RequireFields<MutationRevokeApiKeyArgs, 'input'>>;
  revokeInvitation?: Resolver<Maybe<ResolversTypes['RevokeInvitationPayload']>, ParentType, ContextType, RequireFields<MutationRevokeInvitationArgs, 'input'>>;
  rotateWebhookSecret?: Resolver<Maybe<ResolversTypes['RotateWebhookSecretPayload']>, ParentType, ContextType, RequireFields<MutationRotateWebhookSecretArgs, 'input'>>;
  sendWebhookAgain?: Resolver<Maybe<ResolversTypes['SendWebhookAgainPayload']>, ParentType, ContextType, RequireFields<MutationSendWebhookAgainArgs, 'input'>>;
  setUserPassword?: Resolver<Maybe<ResolversTypes['SetUserPasswordPayload']>, ParentType, ContextType, RequireFields<MutationSetUserPasswordArgs, 'input'>>;
  setUserRole?: Resolver<Maybe<ResolversTypes['SetUserRolePayload']>, ParentType, ContextType, RequireFields<MutationSetUserRoleArgs, 'input'>>;
  signIn?: Resolver<Maybe<ResolversTypes['SignInPayload']>, ParentType, ContextType, RequireFields<MutationSignInArgs, 'input'>>;
  signOut?: Resolver<Maybe<ResolversTypes['SignOutPayload']>, ParentType, ContextType>;
  suggestRevision?: Resolver<Maybe<ResolversTypes['SuggestRevisionPayload']>, ParentType, ContextType, RequireFields<MutationSuggestRevisionArgs, 'input'>>;
  supersedeKnowledgeUnit?: Resolver<Maybe<ResolversTypes['SupersedeKnowledgeUnitPayload']>, ParentType, ContextType, RequireFields<MutationSupersedeKnowledgeUnitArgs, 'input'>>;
  suspendUser?: Resolver<Maybe<ResolversTypes['SuspendUserPayload']>, ParentType, ContextType, RequireFields<MutationSuspendUserArgs, 'input'>>;
  switchWebhookOff?: Resolver<Maybe<ResolversTypes['SwitchWebhookOffPayload']>, ParentType, ContextType, RequireFields<MutationSwitchWebhookOffArgs, 'input'>>;
  switchWebhookOn?: Resolver<Maybe<ResolversTypes['SwitchWebhookOnPayload']>, ParentType, ContextType, RequireFields<MutationSwitchWebhookOnArgs, 'input'>>;
  testWebhook?: Resolver<Maybe<ResolversTypes['TestWebhookPayload']>, ParentType, ContextType, RequireFields<MutationTestWebhookArgs, 'input'>>;
  updateWebhook?: Resolver<Maybe<ResolversTypes['UpdateWebhookPayload']>, ParentType, ContextType, RequireFields<MutationUpdateWebhookArgs, 'input'>>;
  withdrawSuggestion?: Resolver<Maybe<ResolversTypes['WithdrawSuggestionPayload']>, ParentType, ContextType, RequireFields<MutationWithdrawSuggestionArgs, 'input'>>;
};

export type NearRepeatResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NearRepeat'] = ResolversParentTypes['NearRepeat']> = {
  basis?: Resolver<ResolversTypes['DuplicateBasis'], ParentType, ContextType>;
  foundAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  other?: Resolver<ResolversTypes['KnowledgeUnit'], ParentType, ContextType>;
  similarity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['KnowledgeUnit'], ParentType, ContextType>;
};

export type NearRepeatConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NearRepeatConnection'] = ResolversParentTypes['NearRepeatConnection']> = {
  edges?: Resolver<Array<ResolversTypes['NearRepeatEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['NearRepeat']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type NearRepeatEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NearRepeatEdge'] = ResolversParentTypes['NearRepeatEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['NearRepeat'], ParentType, ContextType>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Activity' | 'ApiKey' | 'Flag' | 'Invitation' | 'KnowledgeUnit' | 'QuarantinedRow' | 'Session' | 'Suggestion' | 'User' | 'Webhook' | 'WebhookDelivery', ParentType, ContextType>;
};

export type NotFoundErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotFoundError'] = ResolversParentTypes['NotFoundError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderDirectionResolvers = EnumResolverSignature<{ ASC?: any, DESC?: any }, ResolversTypes['OrderDirection']>;

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ParkedUnitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ParkedUnit'] = ResolversParentTypes['ParkedUnit']> = {
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['KnowledgeUnit'], ParentType, ContextType>;
};

export type ProposalRecordResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProposalRecord'] = ResolversParentTypes['ProposalRecord']> = {
  approved?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pending?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rejected?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  withdrawn?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ProposeKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProposeKnowledgeUnitPayload'] = ResolversParentTypes['ProposeKnowledgeUnitPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  suggestion?: Resolver<Maybe<ResolversTypes['Suggestion']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type QuarantinedRowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['QuarantinedRow'] = ResolversParentTypes['QuarantinedRow']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  content?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sourceId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type QuarantinedRowConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['QuarantinedRowConnection'] = ResolversParentTypes['QuarantinedRowConnection']> = {
  edges?: Resolver<Array<ResolversTypes['QuarantinedRowEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['QuarantinedRow']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type QuarantinedRowEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['QuarantinedRowEdge'] = ResolversParentTypes['QuarantinedRowEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['QuarantinedRow'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  attention?: Resolver<Maybe<ResolversTypes['AttentionConnection']>, ParentType, ContextType, RequireFields<QueryAttentionArgs, 'first'>>;
  auditCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  auditLog?: Resolver<Maybe<ResolversTypes['AuditConnection']>, ParentType, ContextType, RequireFields<QueryAuditLogArgs, 'first'>>;
  embeddingStatus?: Resolver<Maybe<ResolversTypes['EmbeddingStatus']>, ParentType, ContextType>;
  erasures?: Resolver<Maybe<ResolversTypes['ErasureConnection']>, ParentType, ContextType, RequireFields<QueryErasuresArgs, 'first'>>;
  eventCursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  invitation?: Resolver<Maybe<ResolversTypes['InvitationOffer']>, ParentType, ContextType, RequireFields<QueryInvitationArgs, 'token'>>;
  invitations?: Resolver<Maybe<ResolversTypes['InvitationConnection']>, ParentType, ContextType, RequireFields<QueryInvitationsArgs, 'first'>>;
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType, RequireFields<QueryKnowledgeUnitArgs, 'id'>>;
  knowledgeUnits?: Resolver<Maybe<ResolversTypes['KnowledgeUnitConnection']>, ParentType, ContextType, Partial<QueryKnowledgeUnitsArgs>>;
  nearRepeats?: Resolver<Maybe<ResolversTypes['NearRepeatConnection']>, ParentType, ContextType, RequireFields<QueryNearRepeatsArgs, 'first'>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
  quarantine?: Resolver<Maybe<ResolversTypes['QuarantinedRowConnection']>, ParentType, ContextType, RequireFields<QueryQuarantineArgs, 'first'>>;
  rateLimit?: Resolver<Maybe<ResolversTypes['RateLimit']>, ParentType, ContextType>;
  reviewQueue?: Resolver<Maybe<ResolversTypes['KnowledgeUnitConnection']>, ParentType, ContextType, RequireFields<QueryReviewQueueArgs, 'first'>>;
  search?: Resolver<Maybe<ResolversTypes['SearchConnection']>, ParentType, ContextType, RequireFields<QuerySearchArgs, 'first' | 'mode'>>;
  serverInfo?: Resolver<ResolversTypes['ServerInfo'], ParentType, ContextType>;
  serverState?: Resolver<Maybe<ResolversTypes['ServerState']>, ParentType, ContextType>;
  stats?: Resolver<Maybe<ResolversTypes['KnowledgeStats']>, ParentType, ContextType>;
  suggestionQueue?: Resolver<Maybe<ResolversTypes['SuggestionConnection']>, ParentType, ContextType, RequireFields<QuerySuggestionQueueArgs, 'first'>>;
  userErasures?: Resolver<Maybe<ResolversTypes['UserErasureConnection']>, ParentType, ContextType, RequireFields<QueryUserErasuresArgs, 'first'>>;
  users?: Resolver<Maybe<ResolversTypes['UserConnection']>, ParentType, ContextType, RequireFields<QueryUsersArgs, 'first'>>;
  viewer?: Resolver<Maybe<ResolversTypes['Viewer']>, ParentType, ContextType>;
  webhooks?: Resolver<Maybe<ResolversTypes['WebhookConnection']>, ParentType, ContextType, RequireFields<QueryWebhooksArgs, 'first'>>;
};

export type RateLimitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RateLimit'] = ResolversParentTypes['RateLimit']> = {
  cost?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  limit?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  remaining?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  resetAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type RebaseSuggestionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RebaseSuggestionPayload'] = ResolversParentTypes['RebaseSuggestionPayload']> = {
  suggestion?: Resolver<Maybe<ResolversTypes['Suggestion']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ReinstateKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReinstateKnowledgeUnitPayload'] = ResolversParentTypes['ReinstateKnowledgeUnitPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ReinstateUserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReinstateUserPayload'] = ResolversParentTypes['ReinstateUserPayload']> = {
  hasMore?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  reinstated?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  restored?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  restoredSuggestions?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RejectKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RejectKnowledgeUnitPayload'] = ResolversParentTypes['RejectKnowledgeUnitPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RejectSuggestionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RejectSuggestionPayload'] = ResolversParentTypes['RejectSuggestionPayload']> = {
  suggestion?: Resolver<Maybe<ResolversTypes['Suggestion']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RelatedKnowledgeUnitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RelatedKnowledgeUnit'] = ResolversParentTypes['RelatedKnowledgeUnit']> = {
  similarity?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['KnowledgeUnit'], ParentType, ContextType>;
};

export type ReleaseKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReleaseKnowledgeUnitPayload'] = ResolversParentTypes['ReleaseKnowledgeUnitPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ReopenKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReopenKnowledgeUnitPayload'] = ResolversParentTypes['ReopenKnowledgeUnitPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ReopenUserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReopenUserPayload'] = ResolversParentTypes['ReopenUserPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ReplicaStateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReplicaState'] = ResolversParentTypes['ReplicaState']> = {
  lagMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RetireKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetireKnowledgeUnitPayload'] = ResolversParentTypes['RetireKnowledgeUnitPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RetryEmbeddingsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetryEmbeddingsPayload'] = ResolversParentTypes['RetryEmbeddingsPayload']> = {
  retried?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ReviewResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Review'] = ResolversParentTypes['Review']> = {
  internalNote?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reviewedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reviewedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ReviewStatus'], ParentType, ContextType>;
};

export type ReviewKnowledgeUnitsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReviewKnowledgeUnitsPayload'] = ResolversParentTypes['ReviewKnowledgeUnitsPayload']> = {
  results?: Resolver<Maybe<Array<ResolversTypes['BulkReviewResult']>>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ReviewQueueStateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReviewQueueState'] = ResolversParentTypes['ReviewQueueState']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  oldest?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
};

export type ReviewStatusResolvers = EnumResolverSignature<{ APPROVED?: any, PENDING?: any, REJECTED?: any, RETIRED?: any, SUPERSEDED?: any }, ResolversTypes['ReviewStatus']>;

export type RevisionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Revision'] = ResolversParentTypes['Revision']> = {
  author?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  changes?: Resolver<Array<ResolversTypes['ContentChange']>, ParentType, ContextType>;
  content?: Resolver<ResolversTypes['KnowledgeContent'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  review?: Resolver<Maybe<ResolversTypes['Review']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RevisionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevisionConnection'] = ResolversParentTypes['RevisionConnection']> = {
  edges?: Resolver<Array<ResolversTypes['RevisionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Revision']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RevisionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevisionEdge'] = ResolversParentTypes['RevisionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Revision'], ParentType, ContextType>;
};

export type RevokeApiKeyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevokeApiKeyPayload'] = ResolversParentTypes['RevokeApiKeyPayload']> = {
  apiKey?: Resolver<Maybe<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RevokeInvitationPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevokeInvitationPayload'] = ResolversParentTypes['RevokeInvitationPayload']> = {
  invitation?: Resolver<Maybe<ResolversTypes['Invitation']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RotateWebhookSecretPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RotateWebhookSecretPayload'] = ResolversParentTypes['RotateWebhookSecretPayload']> = {
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
};

export type ScopeResolvers = EnumResolverSignature<{ ADMIN?: any, ANYONE?: any, AUTHENTICATED?: any, KNOWLEDGE_WRITE?: any, REVIEWER?: any }, ResolversTypes['Scope']>;

export type SearchConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchConnection'] = ResolversParentTypes['SearchConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SearchEdge']>, ParentType, ContextType>;
  effectiveMode?: Resolver<ResolversTypes['SearchMode'], ParentType, ContextType>;
  nearest?: Resolver<Maybe<ResolversTypes['SearchEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  notices?: Resolver<Array<ResolversTypes['SearchNotice']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SearchEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchEdge'] = ResolversParentTypes['SearchEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  highlights?: Resolver<ResolversTypes['SearchHighlights'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['KnowledgeUnit'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  signals?: Resolver<ResolversTypes['SearchSignals'], ParentType, ContextType>;
};

export type SearchHighlightsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchHighlights'] = ResolversParentTypes['SearchHighlights']> = {
  action?: Resolver<Array<ResolversTypes['TextRange']>, ParentType, ContextType>;
  detail?: Resolver<Array<ResolversTypes['TextRange']>, ParentType, ContextType>;
  summary?: Resolver<Array<ResolversTypes['TextRange']>, ParentType, ContextType>;
};

export type SearchModeResolvers = EnumResolverSignature<{ HYBRID?: any, KEYWORD?: any, SEMANTIC?: any }, ResolversTypes['SearchMode']>;

export type SearchNoticeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchNotice'] = ResolversParentTypes['SearchNotice']> = {
  code?: Resolver<ResolversTypes['SearchNoticeCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SearchSignalsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchSignals'] = ResolversParentTypes['SearchSignals']> = {
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  coverage?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  domain?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  framework?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  keyword?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  language?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  pattern?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  semantic?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  similarity?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type SecretErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SecretError'] = ResolversParentTypes['SecretError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SendWebhookAgainPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SendWebhookAgainPayload'] = ResolversParentTypes['SendWebhookAgainPayload']> = {
  delivery?: Resolver<Maybe<ResolversTypes['WebhookDelivery']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ServerInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ServerInfo'] = ResolversParentTypes['ServerInfo']> = {
  embeddingModel?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  maxPageSize?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maxQueryCost?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maxSearchResults?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  nodeName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  publicRead?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  searchModes?: Resolver<Array<ResolversTypes['SearchMode']>, ParentType, ContextType>;
  vectorEngine?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ServerSettingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ServerSetting'] = ResolversParentTypes['ServerSetting']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ServerStateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ServerState'] = ResolversParentTypes['ServerState']> = {
  database?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  databaseEngine?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  databaseVersion?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  replicas?: Resolver<Array<ResolversTypes['ReplicaState']>, ParentType, ContextType>;
  settings?: Resolver<Array<ResolversTypes['ServerSetting']>, ParentType, ContextType>;
};

export type SessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  address?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isCurrent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lastUsedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  userAgent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SessionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Session']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SessionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type SetUserPasswordPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetUserPasswordPayload'] = ResolversParentTypes['SetUserPasswordPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SetUserRolePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetUserRolePayload'] = ResolversParentTypes['SetUserRolePayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SignInPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignInPayload'] = ResolversParentTypes['SignInPayload']> = {
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  token?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  viewer?: Resolver<Maybe<ResolversTypes['Viewer']>, ParentType, ContextType>;
};

export type SignOutPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignOutPayload'] = ResolversParentTypes['SignOutPayload']> = {
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type StaleVersionErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StaleVersionError'] = ResolversParentTypes['StaleVersionError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  currentVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['KnowledgeUnit'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StatusCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StatusCount'] = ResolversParentTypes['StatusCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ReviewStatus'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  auditLogged?: SubscriptionResolver<ResolversTypes['AuditEvent'], "auditLogged", ParentType, ContextType, Partial<SubscriptionAuditLoggedArgs>>;
  knowledgeEvents?: SubscriptionResolver<ResolversTypes['KnowledgeEvent'], "knowledgeEvents", ParentType, ContextType, Partial<SubscriptionKnowledgeEventsArgs>>;
  proposalDecided?: SubscriptionResolver<ResolversTypes['KnowledgeEvent'], "proposalDecided", ParentType, ContextType, Partial<SubscriptionProposalDecidedArgs>>;
  reviewQueueChanged?: SubscriptionResolver<ResolversTypes['ReviewQueueState'], "reviewQueueChanged", ParentType, ContextType>;
};

export type SuggestRevisionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SuggestRevisionPayload'] = ResolversParentTypes['SuggestRevisionPayload']> = {
  suggestion?: Resolver<Maybe<ResolversTypes['Suggestion']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SuggestionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Suggestion'] = ResolversParentTypes['Suggestion']> = {
  author?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  baseVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  changes?: Resolver<Array<ResolversTypes['ContentChange']>, ParentType, ContextType>;
  conflicts?: Resolver<Array<ResolversTypes['ContentField']>, ParentType, ContextType>;
  content?: Resolver<ResolversTypes['KnowledgeContent'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isOutdated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  review?: Resolver<Maybe<ResolversTypes['Review']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SuggestionStatus'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SuggestionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SuggestionConnection'] = ResolversParentTypes['SuggestionConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SuggestionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Suggestion']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SuggestionDecidedErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SuggestionDecidedError'] = ResolversParentTypes['SuggestionDecidedError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  suggestion?: Resolver<ResolversTypes['Suggestion'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SuggestionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SuggestionEdge'] = ResolversParentTypes['SuggestionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Suggestion'], ParentType, ContextType>;
};

export type SuggestionStatusResolvers = EnumResolverSignature<{ APPROVED?: any, PENDING?: any, REJECTED?: any }, ResolversTypes['SuggestionStatus']>;

export type SupersedeKnowledgeUnitPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SupersedeKnowledgeUnitPayload'] = ResolversParentTypes['SupersedeKnowledgeUnitPayload']> = {
  knowledgeUnit?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  successor?: Resolver<Maybe<ResolversTypes['KnowledgeUnit']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SuspendUserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SuspendUserPayload'] = ResolversParentTypes['SuspendUserPayload']> = {
  hasMore?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  rejected?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  rejectedSuggestions?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  retired?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SwitchWebhookOffPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SwitchWebhookOffPayload'] = ResolversParentTypes['SwitchWebhookOffPayload']> = {
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
};

export type SwitchWebhookOnPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SwitchWebhookOnPayload'] = ResolversParentTypes['SwitchWebhookOnPayload']> = {
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
};

export type TestWebhookPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TestWebhookPayload'] = ResolversParentTypes['TestWebhookPayload']> = {
  delivery?: Resolver<Maybe<ResolversTypes['WebhookDelivery']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type TextRangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TextRange'] = ResolversParentTypes['TextRange']> = {
  end?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type TierResolvers = EnumResolverSignature<{ LOCAL?: any, PRIVATE?: any, PUBLIC?: any }, ResolversTypes['Tier']>;

export type TierCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TierCount'] = ResolversParentTypes['TierCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tier?: Resolver<ResolversTypes['Tier'], ParentType, ContextType>;
};

export type UpdateWebhookPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateWebhookPayload'] = ResolversParentTypes['UpdateWebhookPayload']> = {
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  apiKeys?: Resolver<Maybe<ResolversTypes['ApiKeyConnection']>, ParentType, ContextType, RequireFields<UserApiKeysArgs, 'first' | 'includeInactive'>>;
  closedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  proposalRecord?: Resolver<Maybe<ResolversTypes['ProposalRecord']>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['UserRole']>, ParentType, ContextType>;
  sessions?: Resolver<Maybe<ResolversTypes['SessionConnection']>, ParentType, ContextType, RequireFields<UserSessionsArgs, 'first'>>;
  suspendedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  suspendedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  suspensionReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  username?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<Array<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['User']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type UserErasureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserErasure'] = ResolversParentTypes['UserErasure']> = {
  doneAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  erasedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  erasedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  placeholder?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ErasureStatus'], ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  waitsFor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type UserErasureConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserErasureConnection'] = ResolversParentTypes['UserErasureConnection']> = {
  edges?: Resolver<Array<ResolversTypes['UserErasureEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['UserErasure']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UserErasureEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserErasureEdge'] = ResolversParentTypes['UserErasureEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['UserErasure'], ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  __resolveType: TypeResolveFn<'AlreadyReviewedError' | 'DuplicateError' | 'InputError' | 'LimitReachedError' | 'NotFoundError' | 'SecretError' | 'StaleVersionError' | 'SuggestionDecidedError' | 'WrongStatusError', ParentType, ContextType>;
};

export type UserRoleResolvers = EnumResolverSignature<{ ADMIN?: any, MEMBER?: any, REVIEWER?: any }, ResolversTypes['UserRole']>;

export type ViewerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  activity?: Resolver<Maybe<ResolversTypes['ActivityConnection']>, ParentType, ContextType, RequireFields<ViewerActivityArgs, 'first'>>;
  apiKeys?: Resolver<Maybe<ResolversTypes['ApiKeyConnection']>, ParentType, ContextType, RequireFields<ViewerApiKeysArgs, 'first' | 'includeInactive'>>;
  proposals?: Resolver<Maybe<ResolversTypes['KnowledgeUnitConnection']>, ParentType, ContextType, RequireFields<ViewerProposalsArgs, 'first'>>;
  role?: Resolver<ResolversTypes['UserRole'], ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['Scope']>, ParentType, ContextType>;
  sessions?: Resolver<Maybe<ResolversTypes['SessionConnection']>, ParentType, ContextType, RequireFields<ViewerSessionsArgs, 'first'>>;
  suggestions?: Resolver<Maybe<ResolversTypes['SuggestionConnection']>, ParentType, ContextType, RequireFields<ViewerSuggestionsArgs, 'first'>>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type WebhookResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Webhook'] = ResolversParentTypes['Webhook']> = {
  activeSince?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  deliveries?: Resolver<ResolversTypes['WebhookDeliveryConnection'], ParentType, ContextType, RequireFields<WebhookDeliveriesArgs, 'first'>>;
  document?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  failingSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  format?: Resolver<ResolversTypes['WebhookFormat'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isActive?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  offReason?: Resolver<Maybe<ResolversTypes['WebhookOffReason']>, ParentType, ContextType>;
  offSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  previousSecretUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  variables?: Resolver<ResolversTypes['JSONObject'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WebhookConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookConnection'] = ResolversParentTypes['WebhookConnection']> = {
  edges?: Resolver<Array<ResolversTypes['WebhookEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Webhook']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type WebhookDeliveryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookDelivery'] = ResolversParentTypes['WebhookDelivery']> = {
  answer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  attemptedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  durationMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  nextAttemptAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['WebhookDeliveryStatus'], ParentType, ContextType>;
  statusCode?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WebhookDeliveryConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookDeliveryConnection'] = ResolversParentTypes['WebhookDeliveryConnection']> = {
  edges?: Resolver<Array<ResolversTypes['WebhookDeliveryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['WebhookDelivery']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type WebhookDeliveryEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookDeliveryEdge'] = ResolversParentTypes['WebhookDeliveryEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['WebhookDelivery'], ParentType, ContextType>;
};

export type WebhookDeliveryStatusResolvers = EnumResolverSignature<{ DELIVERED?: any, FAILED?: any, SKIPPED?: any, WAITING?: any }, ResolversTypes['WebhookDeliveryStatus']>;

export type WebhookEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookEdge'] = ResolversParentTypes['WebhookEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Webhook'], ParentType, ContextType>;
};

export type WebhookFormatResolvers = EnumResolverSignature<{ SLACK?: any, STANDARD?: any, TEAMS?: any }, ResolversTypes['WebhookFormat']>;

export type WebhookOffReasonResolvers = EnumResolverSignature<{ BACKLOG?: any, DOCUMENT?: any, FAILING?: any, GONE?: any, OWNER?: any, SWITCHED?: any }, ResolversTypes['WebhookOffReason']>;

export type WithdrawSuggestionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WithdrawSuggestionPayload'] = ResolversParentTypes['WithdrawSuggestionPayload']> = {
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type WithdrawalResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Withdrawal'] = ResolversParentTypes['Withdrawal']> = {
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  withdrawnAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  withdrawnBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type WrongStatusErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WrongStatusError'] = ResolversParentTypes['WrongStatusError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['KnowledgeUnit'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  AcceptInvitationPayload?: AcceptInvitationPayloadResolvers<ContextType>;
  Activity?: ActivityResolvers<ContextType>;
  ActivityConnection?: ActivityConnectionResolvers<ContextType>;
  ActivityEdge?: ActivityEdgeResolvers<ContextType>;
  ActivityType?: ActivityTypeResolvers;
  AdmitQuarantinedRowPayload?: AdmitQuarantinedRowPayloadResolvers<ContextType>;
  AlreadyReviewedError?: AlreadyReviewedErrorResolvers<ContextType>;
  AmendKnowledgeUnitPayload?: AmendKnowledgeUnitPayloadResolvers<ContextType>;
  ApiKey?: ApiKeyResolvers<ContextType>;
  ApiKeyAccess?: ApiKeyAccessResolvers;
  ApiKeyConnection?: ApiKeyConnectionResolvers<ContextType>;
  ApiKeyEdge?: ApiKeyEdgeResolvers<ContextType>;
  ApproveKnowledgeUnitPayload?: ApproveKnowledgeUnitPayloadResolvers<ContextType>;
  ApproveSuggestionPayload?: ApproveSuggestionPayloadResolvers<ContextType>;
  AttentionConnection?: AttentionConnectionResolvers<ContextType>;
  AttentionEdge?: AttentionEdgeResolvers<ContextType>;
  AttentionReason?: AttentionReasonResolvers;
  AuditActorKind?: AuditActorKindResolvers;
  AuditConnection?: AuditConnectionResolvers<ContextType>;
  AuditEdge?: AuditEdgeResolvers<ContextType>;
  AuditEntry?: AuditEntryResolvers<ContextType>;
  AuditEvent?: AuditEventResolvers<ContextType>;
  BulkDecision?: BulkDecisionResolvers;
  BulkReviewResult?: BulkReviewResultResolvers<ContextType>;
  ChangePasswordPayload?: ChangePasswordPayloadResolvers<ContextType>;
  CloseUserPayload?: CloseUserPayloadResolvers<ContextType>;
  ConfidenceBucket?: ConfidenceBucketResolvers<ContextType>;
  ConfidencePoint?: ConfidencePointResolvers<ContextType>;
  ConfirmKnowledgeUnitPayload?: ConfirmKnowledgeUnitPayloadResolvers<ContextType>;
  Confirmation?: ConfirmationResolvers<ContextType>;
  ConfirmationConnection?: ConfirmationConnectionResolvers<ContextType>;
  ConfirmationEdge?: ConfirmationEdgeResolvers<ContextType>;
  ContentChange?: ContentChangeResolvers<ContextType>;
  ContentField?: ContentFieldResolvers;
  Contributor?: ContributorResolvers<ContextType>;
  CreateApiKeyPayload?: CreateApiKeyPayloadResolvers<ContextType>;
  CreateUserPayload?: CreateUserPayloadResolvers<ContextType>;
  CreateWebhookPayload?: CreateWebhookPayloadResolvers<ContextType>;
  DailyTrend?: DailyTrendResolvers<ContextType>;
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  DeleteWebhookPayload?: DeleteWebhookPayloadResolvers<ContextType>;
  DiscardQuarantinedRowPayload?: DiscardQuarantinedRowPayloadResolvers<ContextType>;
  DismissNearRepeatPayload?: DismissNearRepeatPayloadResolvers<ContextType>;
  DomainCount?: DomainCountResolvers<ContextType>;
  DuplicateBasis?: DuplicateBasisResolvers;
  DuplicateError?: DuplicateErrorResolvers<ContextType>;
  DuplicateKnowledgeUnit?: DuplicateKnowledgeUnitResolvers<ContextType>;
  EmbeddingModel?: EmbeddingModelResolvers<ContextType>;
  EmbeddingModelState?: EmbeddingModelStateResolvers;
  EmbeddingStatus?: EmbeddingStatusResolvers<ContextType>;
  EndOtherSessionsPayload?: EndOtherSessionsPayloadResolvers<ContextType>;
  EndSessionPayload?: EndSessionPayloadResolvers<ContextType>;
  EndUserSessionsPayload?: EndUserSessionsPayloadResolvers<ContextType>;
  EraseKnowledgeUnitPayload?: EraseKnowledgeUnitPayloadResolvers<ContextType>;
  EraseUserPayload?: EraseUserPayloadResolvers<ContextType>;
  Erasure?: ErasureResolvers<ContextType>;
  ErasureBackup?: ErasureBackupResolvers<ContextType>;
  ErasureBackupKind?: ErasureBackupKindResolvers;
  ErasureConnection?: ErasureConnectionResolvers<ContextType>;
  ErasureEdge?: ErasureEdgeResolvers<ContextType>;
  ErasureStatus?: ErasureStatusResolvers;
  Evidence?: EvidenceResolvers<ContextType>;
  Flag?: FlagResolvers<ContextType>;
  FlagConnection?: FlagConnectionResolvers<ContextType>;
  FlagCount?: FlagCountResolvers<ContextType>;
  FlagEdge?: FlagEdgeResolvers<ContextType>;
  FlagKnowledgeUnitPayload?: FlagKnowledgeUnitPayloadResolvers<ContextType>;
  FlagReason?: FlagReasonResolvers;
  HeldSecret?: HeldSecretResolvers<ContextType>;
  InputError?: InputErrorResolvers<ContextType>;
  Insight?: InsightResolvers<ContextType>;
  Invitation?: InvitationResolvers<ContextType>;
  InvitationConnection?: InvitationConnectionResolvers<ContextType>;
  InvitationEdge?: InvitationEdgeResolvers<ContextType>;
  InvitationOffer?: InvitationOfferResolvers<ContextType>;
  InviteUserPayload?: InviteUserPayloadResolvers<ContextType>;
  JSONObject?: GraphQLScalarType;
  KnowledgeContent?: KnowledgeContentResolvers<ContextType>;
  KnowledgeContext?: KnowledgeContextResolvers<ContextType>;
  KnowledgeEvent?: KnowledgeEventResolvers<ContextType>;
  KnowledgeStats?: KnowledgeStatsResolvers<ContextType>;
  KnowledgeUnit?: KnowledgeUnitResolvers<ContextType>;
  KnowledgeUnitConnection?: KnowledgeUnitConnectionResolvers<ContextType>;
  KnowledgeUnitEdge?: KnowledgeUnitEdgeResolvers<ContextType>;
  KnowledgeUnitOrderField?: KnowledgeUnitOrderFieldResolvers;
  KnowledgeUnitUsage?: KnowledgeUnitUsageResolvers<ContextType>;
  LimitReachedError?: LimitReachedErrorResolvers<ContextType>;
  MatchMode?: MatchModeResolvers;
  MergeKnowledgeUnitPayload?: MergeKnowledgeUnitPayloadResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  NearRepeat?: NearRepeatResolvers<ContextType>;
  NearRepeatConnection?: NearRepeatConnectionResolvers<ContextType>;
  NearRepeatEdge?: NearRepeatEdgeResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  NotFoundError?: NotFoundErrorResolvers<ContextType>;
  OrderDirection?: OrderDirectionResolvers;
  PageInfo?: PageInfoResolvers<ContextType>;
  ParkedUnit?: ParkedUnitResolvers<ContextType>;
  ProposalRecord?: ProposalRecordResolvers<ContextType>;
  ProposeKnowledgeUnitPayload?: ProposeKnowledgeUnitPayloadResolvers<ContextType>;
  QuarantinedRow?: QuarantinedRowResolvers<ContextType>;
  QuarantinedRowConnection?: QuarantinedRowConnectionResolvers<ContextType>;
  QuarantinedRowEdge?: QuarantinedRowEdgeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RateLimit?: RateLimitResolvers<ContextType>;
  RebaseSuggestionPayload?: RebaseSuggestionPayloadResolvers<ContextType>;
  ReinstateKnowledgeUnitPayload?: ReinstateKnowledgeUnitPayloadResolvers<ContextType>;
  ReinstateUserPayload?: ReinstateUserPayloadResolvers<ContextType>;
  RejectKnowledgeUnitPayload?: RejectKnowledgeUnitPayloadResolvers<ContextType>;
  RejectSuggestionPayload?: RejectSuggestionPayloadResolvers<ContextType>;
  RelatedKnowledgeUnit?: RelatedKnowledgeUnitResolvers<ContextType>;
  ReleaseKnowledgeUnitPayload?: ReleaseKnowledgeUnitPayloadResolvers<ContextType>;
  ReopenKnowledgeUnitPayload?: ReopenKnowledgeUnitPayloadResolvers<ContextType>;
  ReopenUserPayload?: ReopenUserPayloadResolvers<ContextType>;
  ReplicaState?: ReplicaStateResolvers<ContextType>;
  RetireKnowledgeUnitPayload?: RetireKnowledgeUnitPayloadResolvers<ContextType>;
  RetryEmbeddingsPayload?: RetryEmbeddingsPayloadResolvers<ContextType>;
  Review?: ReviewResolvers<ContextType>;
  ReviewKnowledgeUnitsPayload?: ReviewKnowledgeUnitsPayloadResolvers<ContextType>;
  ReviewQueueState?: ReviewQueueStateResolvers<ContextType>;
  ReviewStatus?: ReviewStatusResolvers;
  Revision?: RevisionResolvers<ContextType>;
  RevisionConnection?: RevisionConnectionResolvers<ContextType>;
  RevisionEdge?: RevisionEdgeResolvers<ContextType>;
  RevokeApiKeyPayload?: RevokeApiKeyPayloadResolvers<ContextType>;
  RevokeInvitationPayload?: RevokeInvitationPayloadResolvers<ContextType>;
  RotateWebhookSecretPayload?: RotateWebhookSecretPayloadResolvers<ContextType>;
  Scope?: ScopeResolvers;
  SearchConnection?: SearchConnectionResolvers<ContextType>;
  SearchEdge?: SearchEdgeResolvers<ContextType>;
  SearchHighlights?: SearchHighlightsResolvers<ContextType>;
  SearchMode?: SearchModeResolvers;
  SearchNotice?: SearchNoticeResolvers<ContextType>;
  SearchSignals?: SearchSignalsResolvers<ContextType>;
  SecretError?: SecretErrorResolvers<ContextType>;
  SendWebhookAgainPayload?: SendWebhookAgainPayloadResolvers<ContextType>;
  ServerInfo?: ServerInfoResolvers<ContextType>;
  ServerSetting?: ServerSettingResolvers<ContextType>;
  ServerState?: ServerStateResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  SetUserPasswordPayload?: SetUserPasswordPayloadResolvers<ContextType>;
  SetUserRolePayload?: SetUserRolePayloadResolvers<ContextType>;
  SignInPayload?: SignInPayloadResolvers<ContextType>;
  SignOutPayload?: SignOutPayloadResolvers<ContextType>;
  StaleVersionError?: StaleVersionErrorResolvers<ContextType>;
  StatusCount?: StatusCountResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  SuggestRevisionPayload?: SuggestRevisionPayloadResolvers<ContextType>;
  Suggestion?: SuggestionResolvers<ContextType>;
  SuggestionConnection?: SuggestionConnectionResolvers<ContextType>;
  SuggestionDecidedError?: SuggestionDecidedErrorResolvers<ContextType>;
  SuggestionEdge?: SuggestionEdgeResolvers<ContextType>;
  SuggestionStatus?: SuggestionStatusResolvers;
  SupersedeKnowledgeUnitPayload?: SupersedeKnowledgeUnitPayloadResolvers<ContextType>;
  SuspendUserPayload?: SuspendUserPayloadResolvers<ContextType>;
  SwitchWebhookOffPayload?: SwitchWebhookOffPayloadResolvers<ContextType>;
  SwitchWebhookOnPayload?: SwitchWebhookOnPayloadResolvers<ContextType>;
  TestWebhookPayload?: TestWebhookPayloadResolvers<ContextType>;
  TextRange?: TextRangeResolvers<ContextType>;
  Tier?: TierResolvers;
  TierCount?: TierCountResolvers<ContextType>;
  UpdateWebhookPayload?: UpdateWebhookPayloadResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
  UserErasure?: UserErasureResolvers<ContextType>;
  UserErasureConnection?: UserErasureConnectionResolvers<ContextType>;
  UserErasureEdge?: UserErasureEdgeResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  UserRole?: UserRoleResolvers;
  Viewer?: ViewerResolvers<ContextType>;
  Webhook?: WebhookResolvers<ContextType>;
  WebhookConnection?: WebhookConnectionResolvers<ContextType>;
  WebhookDelivery?: WebhookDeliveryResolvers<ContextType>;
  WebhookDeliveryConnection?: WebhookDeliveryConnectionResolvers<ContextType>;
  WebhookDeliveryEdge?: WebhookDeliveryEdgeResolvers<ContextType>;
  WebhookDeliveryStatus?: WebhookDeliveryStatusResolvers;
  WebhookEdge?: WebhookEdgeResolvers<ContextType>;
  WebhookFormat?: WebhookFormatResolvers;
  WebhookOffReason?: WebhookOffReasonResolvers;
  WithdrawSuggestionPayload?: WithdrawSuggestionPayloadResolvers<ContextType>;
  Withdrawal?: WithdrawalResolvers<ContextType>;
  WrongStatusError?: WrongStatusErrorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  cost?: CostDirectiveResolver<any, any, ContextType>;
  requires?: RequiresDirectiveResolver<any, any, ContextType>;
};
