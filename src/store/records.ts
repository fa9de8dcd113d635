/**
 * The state of a unit. Searches and lists of the public have approved ones. `retired` and `superseded` are the withdrawn ones: they
 * were approved.
 */
export type ReviewStatus = ProposalStatus | WithdrawnStatus;

/** The state of what was proposed or suggested, by the decision over it. */
export type ProposalStatus = 'pending' | 'approved' | 'rejected';

export type WithdrawnStatus = 'retired' | 'superseded';

export type SuggestionStatus = 'pending' | 'approved' | 'rejected';

export type Tier = 'local' | 'private' | 'public';

export type FlagReason = 'stale' | 'incorrect' | 'duplicate';

export type UserRole = 'member' | 'reviewer' | 'admin';

export type EventType =
  | 'proposed'
  | 'confirmed'
  | 'flagged'
  | 'approved'
  | 'rejected'
  /** A pending unit was changed. */
  | 'amended'
  /** An approved unit was changed. */
  | 'revised'
  /** A revision of an approved unit was suggested. */
  | 'suggested'
  /** A suggested revision was turned down. */
  | 'suggestion_rejected'
  /** A suggestion that was turned down waits again. */
  | 'suggestion_reopened'
  | 'retired'
  /** A withdrawn unit was approved again. */
  | 'reinstated'
  /** An approved or rejected unit was made pending again. */
  | 'reopened'
  | 'superseded'
  /** A pending unit was closed as a duplicate of another one. */
  | 'merged';

/** One structured lesson. */
export interface KnowledgeUnit {
  /** `ku_` and 32 hexadecimal digits. */
  readonly id: string;
  readonly version: number;
  readonly status: ReviewStatus;
  readonly tier: Tier;
  /** Trimmed, in lower case, in NFC, without repeats, in the proposer's order. */
  readonly domains: readonly string[];
  readonly insight: { readonly summary: string; readonly detail: string; readonly action: string };
  /** As the proposer sent it, never normalised. */
  readonly context: {
    readonly languages: readonly string[];
    readonly frameworks: readonly string[];
    readonly pattern: string;
  };
  readonly evidence: {
    /** From 0 to 1, an IEEE double, never rounded. */
    readonly confidence: number;
    readonly confirmations: number;
    readonly firstObservedAt: Date | null;
    readonly lastConfirmedAt: Date | null;
  };
  /** What looks like credentials in it; absent where nothing was found. While it is held, its texts have dots in their place. */
  readonly held?: HeldSecrets;
  /** How many people have confirmed it, its proposer left out, as far as their names are known. */
  readonly confirmers: number;
  /** How many of the confirmations its proposer gave after the proposal itself. */
  readonly ownConfirmations: number;
  /** A user's name; the account may be gone. */
  readonly createdBy: string;
  /** The id of the unit that takes its place: of a superseded unit, and of a duplicate that was merged, which is rejected. */
  readonly supersededBy: string | null;
  /** A JSON object as text, so that `1.0` and integers of any size come back as they were written. */
  readonly extensions: string | null;
  readonly review: Review | null;
  /** How it was withdrawn, while its status is `retired` or `superseded`; else null. */
  readonly withdrawal: Withdrawal | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** How often a unit was given as an answer, and asked for while it was superseded. */
export interface UnitUsage {
  readonly unitId: string;
  readonly answers: number;
  readonly lastAnsweredAt: Date | null;
  readonly requests: number;
  readonly lastRequestedAt: Date | null;
}

/** A decision over a unit. */
export interface Review {
  readonly status: 'approved' | 'rejected';
  /** A user's name. */
  readonly reviewedBy: string;
  readonly reviewedAt: Date;
  /** For the proposer too. */
  readonly note: string | null;
  /** For reviewers only. */
  readonly internalNote: string | null;
}

/** How an approved unit was retired or superseded. */
export interface Withdrawal {
  /** A user's name. */
  readonly withdrawnBy: string;
  readonly withdrawnAt: Date;
  readonly reason: string | null;
}

/** What a unit says: all that a revision may change. */
export type UnitContent = Pick<KnowledgeUnit, 'domains' | 'insight' | 'context' | 'extensions'>;

/**
 * What a unit says in one version, or what somebody suggests that it says. The first revision of a unit also keeps what it said
 * before, as one without `baseVersion`: a unit that was never revised has none.
 */
export interface Revision {
  /** `rev_` and 32 hexadecimal digits. */
  readonly id: string;
  readonly unitId: string;
  /** `pending` and `rejected` are suggestions; an `approved` one was or is a version of the unit. */
  readonly status: SuggestionStatus;
  /** The version that it was written against; null for what the unit said before its first revision. */
  readonly baseVersion: number | null;
  /** The version of the unit that it is; null unless it is approved. */
  readonly version: number | null;
  readonly content: UnitContent;
  /** Why, in the words of who wrote it. */
  readonly reason: string | null;
  /** A user's name; the account may be gone. */
  readonly createdBy: string;
  readonly createdAt: Date;
  /** The decision over a suggestion; null for one that waits, and for what its author was free to change. */
  readonly review: Review | null;
}

/** One report that a unit is wrong. */
export interface Flag {
  /** `flg_` and 32 hexadecimal digits. */
  readonly id: string;
  readonly unitId: string;
  readonly reason: FlagReason;
  readonly detail: string | null;
  readonly duplicateOf: string | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
}

/** Something that happened to a unit. */
export interface UnitEvent {
  /** Ascending in the order of events. */
  readonly id: number;
  readonly type: EventType;
  readonly unitId: string;
  /** The unit's version: which one was confirmed, flagged or decided over, or was made; null in events of earlier releases. */
  readonly unitVersion: number | null;
  /** A user's name. */
  readonly actor: string;
  readonly at: Date;
  /** What a reviewer gave as the reason or the note; null where there is none, as of what callers do who are no reviewers. */
  readonly note: string | null;
}

/**
 * A place in a log that is followed: which of its entries were told before it. It can be kept as JSON, and given to another process on
 * the same database.
 */
export interface LogPlace {
  /** Names the log: another one in each database, and in a database that was restored on another server. */
  readonly epoch: string;
  /** The last entry before it, by the order of the log: the transaction that wrote it, 0 where that does not count, and its number. */
  readonly transaction: number;
  readonly id: number;
  /** When that happened, in milliseconds; null where the place is at no entry. */
  readonly at: number | null;
  /** Transactions before it that were not waited for: what they write is told late. Of each the number of its last entry that was told. */
  readonly open: readonly { readonly transaction: number; readonly id: number }[];
}

export interface User {
  readonly id: number;
  readonly username: string;
  readonly passwordHash: string;
  readonly role: UserRole;
  readonly createdAt: Date;
  /** A token without a version is void if it was issued before this instant. */
  readonly passwordChangedAt: Date | null;
  /** Counts from 1; a new password, a suspension and the closing of the account add one. A token with another version is void. */
  readonly credentialsVersion: number;
  /** Since when neither tokens nor keys work, until the account is reinstated. */
  readonly suspendedAt: Date | null;
  /** A user's name. */
  readonly suspendedBy: string | null;
  readonly suspensionReason: string | null;
  /** Since when the account is closed. */
  readonly closedAt: Date | null;
  /** A user's name. */
  readonly closedBy: string | null;
  /** When the account was last used, by whatever credentials; as exact as what `UserStore.touch` has buffered and saved. */
  readonly lastUsedAt: Date | null;
}

/** What a token that was given for a password stands for: it is void as soon as there is no such row. */
export interface Session {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly userId: number;
  /** `User.credentialsVersion` at that time: a session with another version is void. */
  readonly credentialsVersion: number;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  /** The caller's network address, as in the audit log. */
  readonly address: string | null;
  /** What the caller's program says that it is, cut. */
  readonly userAgent: string | null;
}

/** The fields of a new user that a caller gives; the Store sets the others. */
export type NewUser = Pick<User, 'username' | 'passwordHash' | 'role' | 'createdAt'>;

/** What a key may be used for: reading only, or proposing, confirming and flagging too. */
export type ApiKeyAccess = 'read' | 'write';

export interface ApiKey {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly userId: number;
  readonly name: string;
  readonly labels: readonly string[];
  /** The first 8 characters of the secret. */
  readonly prefix: string;
  /** HMAC-SHA256 of the secret under the server's pepper, in hexadecimal. */
  readonly hash: string;
  /** The fingerprint of that pepper; null until the key is used for the first time since fingerprints are kept. */
  readonly pepper: string | null;
  /** The lifetime asked for, such as `30d`. */
  readonly ttl: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly access: ApiKeyAccess;
  /** The domains that it is limited to, normalised as those of units are; null for none of these limits. */
  readonly domains: readonly string[] | null;
}

/** An invitation that waits to be accepted, or has expired: whoever has its token may open an account. */
export interface Invitation {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** Who made it; null for an operator. */
  readonly userId: number | null;
  /** A digest of the secret in the token. */
  readonly tokenHash: string;
  /** The role of the account. */
  readonly role: UserRole;
  /** The name that is suggested for the account. */
  readonly username: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** What the body of a delivery is: the result of the subscription, or a message made of it for a channel of Slack or Teams. */
export type WebhookFormat = 'standard' | 'slack' | 'teams';

/**
 * Why a webhook is off. `switched`: somebody said so. `failing`: it has failed for days. `gone`: the receiver answered 410. `owner`: its
 * owner is no active administrator any more. `document`: the subscription does not fit the schema any more. `backlog`: too much waits.
 */
export type WebhookOffReason = 'switched' | 'failing' | 'gone' | 'owner' | 'document' | 'backlog';

/** Where events are sent to. */
export interface Webhook {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** The owner, with whose rights the document is executed. */
  readonly userId: number;
  readonly name: string;
  readonly url: string;
  readonly format: WebhookFormat;
  /** The subscription, and its variables as JSON. */
  readonly document: string;
  readonly variables: string;
  /** The secret that deliveries are signed with, encrypted. */
  readonly secret: string;
  /** The one before, which signs too until then. */
  readonly previousSecret: string | null;
  readonly previousSecretUntil: Date | null;
  readonly createdAt: Date;
  /** When it was switched on: what happened before is not sent. */
  readonly activeSince: Date;
  /** Null for one that is on. */
  readonly offSince: Date | null;
  readonly offReason: WebhookOffReason | null;
  /** The first failed attempt since one succeeded; null where the last one succeeded. */
  readonly failingSince: Date | null;
}

/** A log whose entries webhooks deliver. */
export type DeliveredLog = 'events' | 'audit_log';

/** `skipped`: there was nothing to send any more, such as of a unit that was erased. */
export type DeliveryStatus = 'waiting' | 'delivered' | 'failed' | 'skipped';

/** One entry of a log for one webhook. It holds nothing of what the entry says. */
export interface WebhookDelivery {
  /** 32 hexadecimal digits; the same for all attempts. */
  readonly id: string;
  readonly webhookId: string;
  /** The field of the subscription, or `test`. */
  readonly type: string;
  /** The entry, and the place behind it as JSON; all null for a test. */
  readonly log: DeliveredLog | null;
  readonly entryId: number | null;
  readonly place: string | null;
  readonly createdAt: Date;
  readonly status: DeliveryStatus;
  /** How many were begun. */
  readonly attempts: number;
  /** When the next attempt may start (claiming moves it); null where there is none. */
  readonly runAt: Date | null;
  /** No attempt starts after this. */
  readonly retryUntil: Date;
  /** Of the last attempt that has ended; null where there was none. */
  readonly attemptedAt: Date | null;
  readonly durationMs: number | null;
  /** Null also where there was no answer. */
  readonly statusCode: number | null;
  readonly error: string | null;
  /** The first bytes of the answer, as text. */
  readonly answer: string | null;
}

/** How an attempt ended. */
export interface DeliveryOutcome {
  readonly status: DeliveryStatus;
  /** When the next attempt may start; null where `status` is final. */
  readonly runAt: Date | null;
  readonly attemptedAt: Date;
  readonly durationMs: number | null;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly answer: string | null;
}

/** Conditions that a unit must meet; an absent field is no condition. */
export interface UnitFilter {
  readonly statuses?: readonly ReviewStatus[];
  readonly domains?: readonly string[];
  /** Whether a unit needs one of `domains` (`any`, the default) or all of them. */
  readonly domainMatch?: 'any' | 'all';
  /** A unit needs one of these, compared in NFC, else exactly. */
  readonly languages?: readonly string[];
  readonly frameworks?: readonly string[];
  /** Compared in lower case and NFC. */
  readonly pattern?: string;
  readonly tiers?: readonly Tier[];
  /** Both ends inclusive. */
  readonly confidence?: { readonly min?: number; readonly max?: number };
  /** From `from`, inclusive, to `to`, exclusive. */
  readonly createdAt?: { readonly from?: Date; readonly to?: Date };
  /** From `from`, inclusive, to `to`, exclusive; a unit that waits was reviewed at no instant. */
  readonly reviewedAt?: { readonly from?: Date; readonly to?: Date };
  readonly hasFlags?: boolean;
  /** Whether a unit is held for what looks like secrets, and nobody has released it. */
  readonly held?: boolean;
  /** How many flags a unit has; both ends inclusive. */
  readonly flags?: { readonly min?: number; readonly max?: number };
  /** How many people have confirmed a unit; both ends inclusive. */
  readonly confirmers?: { readonly min?: number; readonly max?: number };
  /** From `from`, inclusive, to `to`, exclusive; of a unit whose last confirmation is not known, when it was created. */
  readonly lastConfirmedAt?: { readonly from?: Date; readonly to?: Date };
  /** From `from`, inclusive, to `to`, exclusive; a unit that was never given as an answer was so before every instant. */
  readonly lastAnsweredAt?: { readonly from?: Date; readonly to?: Date };
  /** Only units that have been asked for since `from`, inclusive, while they were superseded. */
  readonly lastRequestedAt?: { readonly from: Date };
  /** The name of who proposed a unit. */
  readonly createdBy?: string;
  /** A unit needs one of these too, whatever `domains` asks for; it plays no part in the ranking. */
  readonly within?: readonly string[];
}

export interface UnitOrder {
  readonly field:
    | 'createdAt'
    | 'updatedAt'
    | 'confidence'
    | 'confirmations'
    /** Units whose last confirmation is not known stand by when they were created. */
    | 'lastConfirmedAt'
    /** Units that were never given as an answer stand before all others. */
    | 'lastAnsweredAt'
    /** By how often they were given as an answer. */
    | 'answers'
    /** Only units that were asked for while they were superseded. */
    | 'lastRequestedAt'
    /** By how many flags. */
    | 'flags'
    /** By how many people have confirmed. */
    | 'confirmers';
  readonly direction: 'asc' | 'desc';
}

/** A position in an ordered list (the key of keyset pagination): the value ordered by, and the id that breaks ties. */
export interface Position<Key, Id = string> {
  readonly key: Key;
  readonly id: Id;
}

/** `limit` items after the position `from`; with `backward`, the last `limit` items before it, in the same order. */
export interface PageRequest<At> {
  readonly limit: number;
  readonly from?: At;
  readonly backward?: boolean;
  /** An offset: how many items to skip first. The database still reads them. */
  readonly skip?: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Whether more items follow in the direction of reading. */
  readonly hasMore: boolean;
}

/** Units in an order, each with what it is ordered by: its position, together with its id. */
export interface UnitPage extends Page<KnowledgeUnit> {
  readonly keys: readonly (Date | number)[];
}

/** A ranked search. It needs at least one of `text`, `meaning` and `filter.domains`: without all three nothing is found. */
export interface SearchQuestion {
  readonly text?: string;
  /** The most words of the text that are searched for, the rarest that units have, and none of them corrected; otherwise up to 64, corrected. */
  readonly rarest?: number;
  /** `languages`, `frameworks` and `pattern` raise the score and exclude nothing; the other fields exclude units. */
  readonly filter: UnitFilter;
  /** The query vector of a semantic or hybrid search. Without `text`, or with one without tokens, it ranks by vector alone. */
  readonly meaning?: Meaning;
  readonly limit: number;
  /** The hit before the page: its `rank` and its unit's id. */
  readonly after?: { readonly rank: number; readonly id: string };
  /** Leaves out hits with a lower `score`; without effect where neither words nor a vector are searched for. */
  readonly minScore?: number;
}

/** A query vector: the embedding of a text by one model, of the model's dimensions and unit length. */
export interface Meaning {
  readonly modelId: number;
  readonly vector: Float32Array;
  /** The mean cosine of the model's vectors, which cosines are calibrated by; null while there are too few to tell. */
  readonly meanCosine: number | null;
  /** The weight of the semantic signal, beside those of keywords (0.6) and relevance (0.2). */
  readonly weight: number;
}

export interface SearchHit {
  readonly unit: KnowledgeUnit;
  /** From 0 to 1, comparable across questions; falls with `rank`, and may be equal where that is not. */
  readonly score: number;
  /** What hits are ordered by, the highest first: the weighted mean of the signals times confidence; of this answer alone. */
  readonly rank: number;
  readonly signals: {
    /** The BM25 score relative to the best candidate's; null without a text. */
    readonly keyword: number | null;
    /** Similarity, min–max normalised over the 100 nearest neighbours, 0 for other units; null without a vector. */
    readonly semantic: number | null;
    /** The share of the text's IDF weight that stands in the unit; 0 for one that no word found; null without a text. */
    readonly coverage: number | null;
    /** The calibrated cosine to the query vector, from 0 to 1; null beyond the 100 nearest neighbours and without a vector. */
    readonly similarity: number | null;
    readonly domain: number;
    readonly language: number;
    readonly framework: number;
    readonly pattern: number;
  };
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  readonly hasMore: boolean;
  /** How many different tokens of the text were searched for, and how many it has: of too many, the rarest are. */
  readonly words: { readonly used: number; readonly given: number };
  /** How many nearest neighbours were found, before `minScore`; 0 without a vector. */
  readonly neighbours: number;
  /** Words of the text that no unit has, each with the known word that was searched for in its place. */
  readonly respelt: readonly Respelt[];
}

export interface Respelt {
  readonly written: string;
  readonly searched: string;
}

/** A part of a text, in Unicode code points: from `start`, inclusive, to `end`, exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Where words of a question stand in a unit, in reading order and without overlaps; see `maxHighlights`. */
export type Highlights = Readonly<Record<keyof KnowledgeUnit['insight'], readonly TextRange[]>>;

/** The fields of a new unit that a caller gives; the Store sets the others. */
export type NewUnit = Pick<
  KnowledgeUnit,
  'id' | 'tier' | 'domains' | 'insight' | 'context' | 'createdBy' | 'extensions'
> & { readonly confidence: number } & Pick<KnowledgeUnit, 'held'>;

export interface UnitWithFlags {
  readonly unit: KnowledgeUnit;
  readonly flags: readonly Flag[];
  /** Those that `unit.confirmers` counts, and its proposer if that has confirmed it; none where they are not known. */
  readonly confirmers?: readonly Confirmer[];
  /** Earlier versions and suggestions; none unless given. */
  readonly revisions?: readonly Revision[];
  /** What it was said not to repeat, of units that are there by then; none unless given. */
  readonly dismissed?: readonly DismissedRepeat[];
}

/** Something in a unit that looks like a credential. */
export interface SecretFinding {
  /** Such as `insight`, `detail`; of a list with the index of the item. */
  readonly path: readonly string[];
  /** Whose, such as `github`. */
  readonly kind: string;
  /** In UTF-16 units: from `start`, inclusive, to `end`, exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface HeldSecrets {
  readonly findings: readonly SecretFinding[];
  /** Who has said that these are none, and released the unit; null while it is held. */
  readonly releasedBy: string | null;
}

/** What became of somebody's proposals: units by their status now, `withdrawn` being those that are retired or superseded. */
export interface ProposalRecord {
  readonly pending: number;
  readonly approved: number;
  readonly rejected: number;
  readonly withdrawn: number;
}

/** By what a unit says the same as another one: the same text, nearly the same words, or others that mean the same. */
export type RepeatBasis = 'text' | 'words' | 'meaning';

/** Two approved units that say the same, `unitId` being the lower id; `similarity` is at most 1. */
export interface NearRepeat {
  readonly id: string;
  readonly unitId: string;
  readonly unitVersion: number;
  readonly otherId: string;
  readonly otherVersion: number;
  readonly basis: RepeatBasis;
  readonly similarity: number;
  readonly foundAt: Date;
}

/** That a unit, in a version of its, does not say the same as another one, as a reviewer has said. */
export interface DismissedRepeat {
  readonly version: number;
  readonly otherId: string;
  readonly otherVersion: number;
  readonly basis: RepeatBasis;
  readonly similarity: number;
  readonly dismissedAt: Date;
}

/** Somebody whose proposals were approved, and how many of them. */
export interface Contributor {
  readonly username: string;
  readonly approved: number;
}

/** Somebody who has confirmed a unit. */
export interface Confirmer {
  readonly username: string;
  /** Of the last confirmation that counted. */
  readonly lastAt: Date;
}

/** The same with the version that was confirmed last; null where it is not known, as of a unit that came from elsewhere. */
export interface Confirmation extends Confirmer {
  readonly version: number | null;
}

/** A read replica, as it was found at the last check. */
export interface ReplicaState {
  /** Which, without secrets. */
  readonly name: string;
  /** Why it is not read from; null while it is. */
  readonly problem: string | null;
  /** It has all that the primary had written so many milliseconds ago; null while it is not read from. */
  readonly lagMs: number | null;
}

/** A row of a Python server's database that could not be migrated. */
export interface Quarantined {
  readonly id: number;
  readonly source: string;
  readonly sourceId: string;
  /** The whole row as JSON; of a unit also its `domains`. */
  readonly content: string;
  readonly reason: string;
  readonly at: Date;
}

/** That something was erased: a unit, unless it is a `UserErasure`. */
export interface Erasure {
  /** The id that the unit had. */
  readonly id: string;
  readonly erasedAt: Date;
  /** The id of the administrator's account; null for an operator at the command line. */
  readonly erasedBy: number | null;
  readonly reason: string;
  /** Since when nothing of the unit is left in the files of the database; null until then. */
  readonly doneAt: Date | null;
  /** What the last attempt to get there waited for; null before the first one, and when it is done. */
  readonly waitsFor: string | null;
}

/** That a person was erased. `id` is the global id that the account had; `doneAt` tells since when nothing has the name. */
export interface UserErasure extends Erasure {
  /** What stands in place of the name, of this person and no other. */
  readonly placeholder: string;
}

/** An embedding model whose vectors the store holds or will hold. */
export interface EmbeddingModel {
  readonly id: number;
  readonly provider: string;
  readonly name: string;
  readonly dimensions: number;
  /** The prefix of each embedded text; another prefix gives other vectors, so that it is another model. */
  readonly documentPrefix: string;
  /** `building` until every unit has a vector; `active` while searches use it (at most one); `retired` afterwards. */
  readonly state: 'building' | 'active' | 'retired';
  /** The last heartbeat of a process that uses the model; null when there was none. */
  readonly lastUsedAt: Date | null;
  /** The mean cosine of a sample of its vectors, less than 1; null while there are too few to tell. */
  readonly meanCosine: number | null;
  /** How many vectors it had then. */
  readonly meanCosineUnits: number | null;
}

/** A copy of the database that this program has made. */
export interface Backup {
  /** As an operator finds it: the path of a file, or what to look for in the database. */
  readonly place: string;
  /** When it was begun. */
  readonly madeAt: Date;
}

/** A job of the queue: embed one unit with one model. */
export interface EmbeddingJob {
  readonly unitId: string;
  readonly modelId: number;
  readonly attempts: number;
  readonly lastError: string | null;
  /** When the next attempt may start (claiming moves it); null if parked: it failed for good and waits for an operator. */
  readonly runAt: Date | null;
}

export interface EmbeddingProgress {
  /** Units with a vector of this model. */
  readonly done: number;
  /** Jobs that are due, delayed or claimed. */
  readonly waiting: number;
  readonly parked: number;
}

export interface DayCounts {
  readonly proposed: number;
  readonly approved: number;
  readonly rejected: number;
}

/** Something that changed who may do what, or what is said. Names nobody: people are in it by their ids. */
export interface AuditEntry {
  /** Ascending in the order in which entries were written, not in that of their transactions' ends. */
  readonly id: number;
  readonly at: Date;
  /** One of `auditActions` in `domain/audit.ts`; that of a newer program may be another. */
  readonly action: string;
  /** `operator`: somebody at the command line. `server`: the program by itself. */
  readonly actorKind: 'anonymous' | 'person' | 'agent' | 'operator' | 'server';
  /** The id of the account; null for callers without one. */
  readonly actorId: number | null;
  /** The API key of an agent. */
  readonly keyId: string | null;
  /** The global id of what it was done to; it may be gone. */
  readonly target: string | null;
  /** The network address, in the form that rate limits count by; null where there is none. */
  readonly address: string | null;
  /** A JSON object. */
  readonly details: string | null;
  /** How often it happened from `at` to `lastAt`: more than once in entries that count repeats. */
  readonly count: number;
  readonly lastAt: Date;
}

export type NewAuditEntry = Omit<AuditEntry, 'id' | 'count' | 'lastAt'>;

/** Conditions that an entry must meet; an absent field is no condition. */
export interface AuditFilter {
  readonly actorId?: number;
  readonly actions?: readonly string[];
  readonly target?: string;
  /** From `from`, inclusive, to `to`, exclusive. */
  readonly at?: { readonly from?: Date; readonly to?: Date };
  /** Only entries with a higher number than this. */
  readonly after?: number;
}
