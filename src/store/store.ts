/**
 * The Store: all that the server remembers. Read this first.
 *
 * Every promise in these comments has a case in `test/store/conformance/`, and each database runs the whole suite.
 * Records are plain and readonly, instants are `Date`s with millisecond precision, text comes back as it was stored.
 * Methods throw `UnavailableError` when the database is away, and nothing else that a caller is expected to handle.
 */

export type ReviewStatus = 'pending' | 'approved' | 'rejected';
export type Tier = 'local' | 'private' | 'public';
export type FlagReason = 'stale' | 'incorrect' | 'duplicate';
export type UserRole = 'member' | 'reviewer' | 'admin';
export type EventType = 'proposed' | 'confirmed' | 'flagged' | 'approved' | 'rejected';

/** One structured lesson. */
export interface KnowledgeUnit {
  /** `ku_` and 32 hexadecimal digits. */
  readonly id: string;
  readonly version: number;
  readonly status: ReviewStatus;
  readonly tier: Tier;
  /** Trimmed, in lower case, without repeats, in the proposer's order. */
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
  /** A user's name; the account may be gone. */
  readonly createdBy: string;
  readonly supersededBy: string | null;
  /** A JSON object as text, so that `1.0` and integers of any size come back as they were written. */
  readonly extensions: string | null;
  readonly review: Review | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A decision over a unit. */
export interface Review {
  readonly status: 'approved' | 'rejected';
  /** A user's name. */
  readonly reviewedBy: string;
  readonly reviewedAt: Date;
  readonly note: string | null;
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
  /** Grows with every event. */
  readonly id: number;
  readonly type: EventType;
  readonly unitId: string;
  /** A user's name. */
  readonly actor: string;
  readonly at: Date;
}

export interface User {
  readonly id: number;
  readonly username: string;
  readonly passwordHash: string;
  readonly role: UserRole;
  readonly createdAt: Date;
  /** Tokens that carry no version are void when they were issued before this instant. */
  readonly passwordChangedAt: Date | null;
  /** Which of the person's passwords it is, counted from 1. Tokens that carry another one are void. */
  readonly credentialsVersion: number;
}

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
  /** The lifetime asked for, such as `30d`. */
  readonly ttl: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** What units to look at; an absent field asks for nothing. */
export interface UnitFilter {
  readonly statuses?: readonly ReviewStatus[];
  readonly domains?: readonly string[];
  /** Whether one of `domains` is enough (the default) or all must be there. */
  readonly domainMatch?: 'any' | 'all';
  /** Units with one of these, compared exactly. */
  readonly languages?: readonly string[];
  readonly frameworks?: readonly string[];
  /** Compared in lower case. */
  readonly pattern?: string;
  readonly tiers?: readonly Tier[];
  /** Both ends inclusive. */
  readonly confidence?: { readonly min?: number; readonly max?: number };
  /** From `from`, inclusive, to `to`, exclusive. */
  readonly createdAt?: { readonly from?: Date; readonly to?: Date };
  readonly hasFlags?: boolean;
}

export interface UnitOrder {
  readonly field: 'createdAt' | 'updatedAt' | 'confidence' | 'confirmations';
  readonly direction: 'asc' | 'desc';
}

/** A place in an ordered list: the value ordered by, and the id that breaks its ties. */
export interface Position<Key, Id = string> {
  readonly key: Key;
  readonly id: Id;
}

/** `limit` items behind `from`; with `backward`, the last `limit` items before it. The order of items never changes. */
export interface PageRequest<At> {
  readonly limit: number;
  readonly from?: At;
  readonly backward?: boolean;
  /** How many items to leave out before the first one; they are read all the same. */
  readonly skip?: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Whether more follow in the direction that was read. */
  readonly hasMore: boolean;
}

/** A ranked question. At least one of `words` and `filter.domains` should be given: without both nothing is found. */
export interface SearchQuestion {
  readonly text?: string;
  /** `languages`, `frameworks` and `pattern` raise the rank and exclude nothing; the rest narrows. */
  readonly filter: UnitFilter;
  /** Ranks by meaning too; with `text` absent or without words, by meaning alone. */
  readonly meaning?: Meaning;
  readonly limit: number;
  readonly after?: { readonly score: number; readonly id: string };
}

/** The meaning of a question's text: its vector by one model, of the model's size and of length 1. */
export interface Meaning {
  readonly modelId: number;
  readonly vector: Float32Array;
  /** What nearness weighs beside words (0.6) and domains (0.2). */
  readonly weight: number;
}

export interface SearchHit {
  readonly unit: KnowledgeUnit;
  readonly score: number;
  readonly signals: {
    /** Relative to the best match of the answer; null without a text. */
    readonly keyword: number | null;
    /** Where the unit's meaning stands between the nearest (1) and the farthest of the 100 nearest, others 0; null without a meaning. */
    readonly semantic: number | null;
    readonly domain: number;
    readonly language: number;
    readonly framework: number;
    readonly pattern: number;
  };
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  readonly hasMore: boolean;
  /** How many words of the text were searched for, and how many it held. */
  readonly words: { readonly used: number; readonly given: number };
}

/** What a store is given of a new unit; the rest follows from its being new. */
export type NewUnit = Pick<
  KnowledgeUnit,
  'id' | 'tier' | 'domains' | 'insight' | 'context' | 'createdBy' | 'extensions'
>;

export interface UnitWithFlags {
  readonly unit: KnowledgeUnit;
  readonly flags: readonly Flag[];
}

export interface UnitStore {
  find(id: string): Promise<KnowledgeUnit | null>;
  /** Answers in the order of `ids`, with null where there is none. */
  findMany(ids: readonly string[]): Promise<(KnowledgeUnit | null)[]>;
  /** In the order of `ids`, with null where there is none: what says who may see a unit. */
  standings(ids: readonly string[]): Promise<(Pick<KnowledgeUnit, 'id' | 'status' | 'createdBy'> | null)[]>;
  /** A keyset page: units that come or go meanwhile neither repeat nor hide others. Ties go by id, in the same direction. */
  list(filter: UnitFilter, order: UnitOrder, page: PageRequest<Position<Date | number>>): Promise<Page<KnowledgeUnit>>;
  count(filter: UnitFilter): Promise<number>;
  /** The best units for a question, best first, ties to the higher id. See `schema/search.graphql` for the formulas. */
  search(question: SearchQuestion): Promise<SearchAnswer>;
  /**
   * Adds a pending unit with confidence 0.5 and one confirmation, and the event. Where a unit has this id already,
   * whoever proposed it, answers with that unit and leaves it as it is. With an `idempotency.key` that the same person
   * used since `idempotency.since`, answers with the unit of then and adds nothing.
   */
  propose(
    unit: NewUnit,
    at: Date,
    idempotency?: { readonly key: string; readonly since: Date },
  ): Promise<KnowledgeUnit>;
  /** One more confirmation and `confidence + 0.1`, at most 1, in one step; null when there is no approved unit. */
  confirm(id: string, by: string, at: Date): Promise<KnowledgeUnit | null>;
  /** Keeps the flag and takes `confidence - 0.15`, at least 0, in one step; null when there is no approved unit. */
  flag(flag: Flag & { readonly createdBy: string }): Promise<KnowledgeUnit | null>;
  /** Adds a whole unit with its flags as it stood elsewhere; false, and nothing changed, when the id is taken. */
  restore(unit: KnowledgeUnit, flags: readonly Flag[]): Promise<boolean>;
  /** The same for many units, some hundreds at once, in one transaction; answers with how many were added. */
  restoreMany(units: readonly UnitWithFlags[]): Promise<number>;
  /** How many units are found by words that an older analyser than this program's made of them. */
  outdated(): Promise<number>;
  /**
   * Makes the words of up to `limit` such units anew, oldest analyser first, in one transaction; answers how many. Leaves out
   * units that others are at, and those of a newer analyser. Searches that run meanwhile find each unit by the words of
   * before or by those of now; its vectors stay.
   */
  reindex(limit: number): Promise<number>;
}

export interface FlagStore {
  /** In the order of `ids`, with null where there is none. */
  findMany(ids: readonly string[]): Promise<(Flag | null)[]>;
  /** A unit's flags, oldest first. */
  list(unitId: string, page: PageRequest<Position<Date>>): Promise<Page<Flag>>;
  /** For each unit, in the order of `unitIds`, how many flags of each reason it has; reasons without flags are absent. */
  counts(unitIds: readonly string[]): Promise<Partial<Record<FlagReason, number>>[]>;
  /** For each unit, in the order of `unitIds`, its last `limit` flags, oldest first. */
  latest(unitIds: readonly string[], limit: number): Promise<Flag[][]>;
}

export interface ReviewStore {
  /**
   * Decides over a pending unit. Of any number of callers at once exactly one gets `decided: true`; the others get the
   * unit as the winner left it. Null when there is no such unit.
   */
  decide(id: string, review: Review): Promise<{ readonly unit: KnowledgeUnit; readonly decided: boolean } | null>;
  /** Units by when they were decided over, or proposed while nobody has; latest first, ties to the higher id. */
  latest(limit: number): Promise<KnowledgeUnit[]>;
}

export interface UserStore {
  findByName(username: string): Promise<User | null>;
  /** In the order of `ids`, with null where there is none. */
  findMany(ids: readonly number[]): Promise<(User | null)[]>;
  /** In the order of `usernames`, with null where there is none. */
  findManyByName(usernames: readonly string[]): Promise<(User | null)[]>;
  /** By name. */
  list(page: PageRequest<Position<string, number>>): Promise<Page<User>>;
  count(): Promise<number>;
  /** Null when the name is taken. */
  insert(user: Omit<User, 'id' | 'passwordChangedAt' | 'credentialsVersion'>): Promise<User | null>;
  /** Null when there is no such user; `'lastAdmin'` instead of leaving nobody with the role `admin`. */
  setRole(id: number, role: UserRole): Promise<User | null | 'lastAdmin'>;
  /**
   * Puts the hash of a new password in the place of the old one, and counts `credentialsVersion` on; answers with the person
   * as they are then. With `version`, only where that is the version still: of any number of callers at once who give the
   * same one, the first changes it. Null when it was another, or there is no such user.
   */
  setPassword(id: number, passwordHash: string, at: Date, version?: number): Promise<User | null>;
  /** Puts another hash of the same password in the place of `from`, if that is still there. */
  rehash(id: number, from: string, to: string): Promise<void>;
}

/** How many attempts there may be under a key until `windowMs` after the first one of them. */
export interface AttemptLimit {
  /** At most 100 characters. */
  readonly key: string;
  /** Null to count without a limit. */
  readonly limit: number | null;
  readonly windowMs: number;
}

/** An attempt that was counted, in the window that ends then. */
export interface Attempt {
  readonly key: string;
  readonly endsAt: Date;
}

/** Attempts at passwords, counted for all processes together, and the places that people have signed in from. */
export interface SignInStore {
  /**
   * Counts one attempt under each of the keys, in their order, or none at all: where one of them has had its attempts, answers
   * with when its window ends. However many come at once, the limits hold. To be given keys in an order that is
   * always the same, so that nobody waits for each other. Removes some windows that have ended.
   */
  attempt(
    limits: readonly AttemptLimit[],
    at: Date,
  ): Promise<{ readonly counted: readonly Attempt[] } | { readonly fullUntil: Date }>;
  /** Takes attempts back, if their windows are still there, in the order in which they were counted; with `all`, every one under the key. */
  giveBack(attempts: readonly (Attempt & { readonly all?: boolean })[]): Promise<void>;
  /** Whether a person has signed in from a place, since then. */
  knows(userId: number, place: string, since: Date): Promise<boolean>;
  /** Notes that a person signed in from a place. Of each person the latest `keep` places are kept, and none of before `since`. */
  note(userId: number, place: string, at: Date, bounds: { readonly keep: number; readonly since: Date }): Promise<void>;
}

export interface ApiKeyStore {
  /** A key that is neither revoked nor expired, and its owner. */
  findActive(id: string, now: Date): Promise<{ readonly key: ApiKey; readonly user: User } | null>;
  /** In the order of `ids`, with null where there is none. */
  findMany(ids: readonly string[]): Promise<(ApiKey | null)[]>;
  /** Newest first; with `activeAt`, only keys active then. */
  list(userId: number, activeAt: Date | null, page: PageRequest<Position<Date>>): Promise<Page<ApiKey>>;
  count(userId: number, activeAt: Date | null): Promise<number>;
  /** Adds the key unless its owner has `limit` active ones already; however many try at once, the limit holds. */
  insert(key: ApiKey, limit: number): Promise<boolean>;
  /** Ends a key of this user; a key already ended stays as it is. Null when the user has no such key. */
  revoke(id: string, userId: number, at: Date): Promise<ApiKey | null>;
  /** Notes that a key was used: this process knows it at once, the database by `saveUses`. Costs the database nothing. */
  touch(id: string, at: Date): void;
  /** Writes what `touch` noted. When it fails, that is kept for the next time; it is lost when the process dies before. */
  saveUses(): Promise<void>;
}

export interface EventStore {
  /** Newest first. */
  latest(limit: number): Promise<UnitEvent[]>;
  /** When `actor` last did something to a unit; null for never. */
  lastOf(actor: string): Promise<Date | null>;
  findMany(ids: readonly number[]): Promise<(UnitEvent | null)[]>;
  /** Of these units, the ones that `actor` has confirmed or flagged. */
  unitsActedOn(type: 'confirmed' | 'flagged', actor: string, unitIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** A row of the Python server's that could not be understood. */
export interface Quarantined {
  readonly id: number;
  /** The table it was in. */
  readonly source: string;
  readonly sourceId: string;
  /** The whole row as JSON; of a unit also its `domains`. */
  readonly content: string;
  readonly reason: string;
  readonly at: Date;
}

export interface QuarantineStore {
  find(id: number): Promise<Quarantined | null>;
  /** In the order in which they were found. */
  list(page: PageRequest<Position<number, number>>): Promise<Page<Quarantined>>;
  /** Adds the unit and its flags and forgets the row; false, and nothing changed, when the id is taken. */
  admit(id: number, unit: KnowledgeUnit, flags: readonly Flag[]): Promise<boolean>;
}

/** A model that has made vectors of units, or is about to. */
export interface EmbeddingModel {
  readonly id: number;
  readonly provider: string;
  readonly name: string;
  readonly dimensions: number;
  /** What stood before each text; vectors with another one are others. */
  readonly documentPrefix: string;
  /** `building` until every unit has a vector, then the one that is searched with, `active`; then `retired`. */
  readonly state: 'building' | 'active' | 'retired';
  /** When a process last said that it works with it; null when none has. */
  readonly lastUsedAt: Date | null;
}

export interface EmbeddingJob {
  readonly unitId: string;
  readonly modelId: number;
  readonly attempts: number;
  readonly lastError: string | null;
  /** When it is tried next, which claiming it moves; null when it is parked: it failed too often, and waits to be told to try again. */
  readonly runAt: Date | null;
}

export interface EmbeddingProgress {
  /** Units with a vector of this model. */
  readonly done: number;
  /** Jobs that wait or are under way. */
  readonly waiting: number;
  readonly parked: number;
}

/** Vectors of units, by model, and the work of making them. Only where `vectorEngine` is not null. */
export interface EmbeddingStore {
  /** In the order in which they came; retired ones too. */
  models(): Promise<EmbeddingModel[]>;
  /**
   * The model with these properties, in use at `at`, added as `building` where there is none, with a job for every unit that
   * lacks its vector. A retired one is `building` again, and so is an active one that came here without any vectors. Throws
   * beyond 4,000 dimensions. However many processes call at once, it is added once.
   */
  register(model: Omit<EmbeddingModel, 'id' | 'state' | 'lastUsedAt'>, at: Date): Promise<EmbeddingModel>;
  /** Notes that a process works with a model. Answers with the model as it is then; null when it is not there. */
  touch(modelId: number, at: Date): Promise<EmbeddingModel | null>;
  /**
   * Takes up to `limit` due jobs of a model, oldest first, for `lockMs`: until then no other process gets them. Counts an
   * attempt of each.
   */
  claim(
    modelId: number,
    limit: number,
    now: Date,
    lockMs: number,
  ): Promise<{ job: EmbeddingJob; unit: KnowledgeUnit }[]>;
  /** Keeps vectors (each of length 1 and the model's size) and ends their jobs, in one transaction. */
  complete(
    modelId: number,
    vectors: readonly { readonly unitId: string; readonly vector: Float32Array }[],
  ): Promise<void>;
  /** Gives a claimed job back, to be tried at `runAt`; null parks it. */
  fail(modelId: number, unitId: string, error: string, runAt: Date | null): Promise<void>;
  /** The parked jobs of a model, by unit. */
  parked(modelId: number, page: PageRequest<Position<string>>): Promise<Page<EmbeddingJob>>;
  /** Makes parked jobs due again, with no attempts counted: one unit's, or all of the model. Answers how many. */
  retry(modelId: number, unitId: string | null, at: Date): Promise<number>;
  progress(modelId: number): Promise<EmbeddingProgress>;
  /**
   * Makes a building model the active one, in use now, builds its index where the database has one, and retires the one before it, whose
   * vectors stay until `tidy` takes them. A search that runs meanwhile finds either. False when jobs other than parked ones
   * are left. Not inside a transaction.
   */
  activate(modelId: number): Promise<boolean>;
  /**
   * Retires building models that nobody has worked with since then, and removes of the retired ones their indexes and some
   * hundreds of their jobs and vectors: so few that nobody has to wait. Answers whether any are left; a process that
   * is killed leaves them for the next. Not inside a transaction.
   */
  tidy(unusedSince: Date): Promise<boolean>;
  /**
   * The units nearest to a vector, nearest first, with the cosine of the angle between them rounded to four decimals; ties
   * to the higher id. Only units that the filter lets through, domains included.
   */
  nearest(
    modelId: number,
    vector: Float32Array,
    filter: UnitFilter,
    limit: number,
  ): Promise<{ readonly unitId: string; readonly similarity: number }[]>;
  /** The vector of a unit; null when it has none of this model. */
  vectorOf(modelId: number, unitId: string): Promise<Float32Array | null>;
}

/** Counts over all units, as they stand. Each takes as long as there are units. */
export interface Figures {
  /** Statuses without units are absent. */
  statusCounts(): Promise<Partial<Record<ReviewStatus, number>>>;
  /** Approved units; tiers without any are absent. */
  tierCounts(): Promise<Partial<Record<Tier, number>>>;
  /** Approved units; most first, then by name in code-point order. */
  domainCounts(limit: number): Promise<{ readonly domain: string; readonly count: number }[]>;
  /**
   * Approved units by confidence: one count for each `[edges[i], edges[i + 1])`. Edges rise, and are tenths, from 0 to 1; a bucket
   * that ends with 1 holds 1 too. Throws a `RangeError` for others.
   */
  confidenceCounts(edges: readonly number[]): Promise<number[]>;
  /** Days (UTC, `YYYY-MM-DD`) from `from` to `to`, both inclusive; days without anything are absent. */
  trends(from: string, to: string): Promise<ReadonlyMap<string, DayCounts>>;
}

/** The same, some seconds old: counted once for all who ask meanwhile. At most a minute old, where counting takes long. */
export interface RecentFigures extends Figures {
  /** When the oldest of the figures was counted that are answered now. */
  computedAt(): Date;
}

export interface StatsStore extends Figures {
  readonly recent: RecentFigures;
  /** To be called now and then: adds up what the database's sessions have counted each by itself. Changes no figure. */
  fold(): Promise<void>;
}

/** A row as it is in a table: its columns by name, instants as ISO text with milliseconds and `Z`. */
export type TableRow = Readonly<Record<string, string | number | null>>;

/** Some rows of a table; in the order of its key, when all of them are taken together. */
export interface TableRows {
  readonly table: string;
  readonly rows: readonly TableRow[];
}

/** Hands rows to `take` and waits for it each time. */
export type RowSource = (take: (batch: TableRows) => Promise<void>) => Promise<void>;

export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 over all rows, in hexadecimal: the same where the rows are, on whatever database. */
  readonly checksum: string;
}

export interface DayCounts {
  readonly proposed: number;
  readonly approved: number;
  readonly rejected: number;
}

/** Safe to share between requests. */
export interface Store {
  readonly units: UnitStore;
  readonly flags: FlagStore;
  readonly reviews: ReviewStore;
  readonly users: UserStore;
  readonly signIns: SignInStore;
  readonly apiKeys: ApiKeyStore;
  readonly events: EventStore;
  readonly stats: StatsStore;
  readonly quarantine: QuarantineStore;
  readonly embeddings: EmbeddingStore;
  /**
   * The same store, but units, flags, events and statistics are read where it costs the primary database nothing, and may
   * be some seconds old; itself, where there is no such place now. To be taken once for each request, since the next one
   * may be another. Only for a caller who has not written for as long: see `storeForReads` in `domain/read-routing.ts`.
   */
  readonly replica: Store;
  /** What holds vectors for search by meaning, such as `pgvector 0.8.0`; null where nothing does. */
  readonly vectorEngine: string | null;
  /**
   * Runs `work` on a Store bound to one transaction; if it throws, nothing was written. A transaction inside `work`
   * joins the outer one. Inside, use only the Store that was given, and wait for nothing but it.
   */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Resolves when the database answers and has every migration of this program. */
  ping(): Promise<void>;
  /**
   * Writes a consistent copy of the database to a new file while others go on reading and writing. Throws where the
   * database has tools of its own for that.
   */
  backup(file: string): Promise<void>;
  /**
   * Gives every row of every table as they stand at one moment, some at a time, tables after those that they refer to.
   * For a store that nothing else reads meanwhile.
   */
  readonly rows: RowSource;
  /**
   * Takes all rows of another store, ids included, makes what searches need of them, and compares counts and checksums:
   * all of it, or nothing. Nobody else writes meanwhile. Throws `ConflictError` when there is any row already.
   */
  fill(rows: RowSource, progress?: (message: string) => void): Promise<readonly CopiedTable[]>;
  close(): Promise<void>;
}

/** What is in the place that a configuration names. */
export type DatabaseState =
  /** No file, or no table. */
  | { readonly kind: 'missing' | 'empty' }
  /** Tables of another making. */
  | { readonly kind: 'foreign'; readonly tables: readonly string[] }
  /** The Python server's tables. */
  | { readonly kind: 'python' }
  | { readonly kind: 'behind'; readonly migrations: number }
  /** A newer program has run a migration that this one does not know. */
  | { readonly kind: 'newer'; readonly migration: string }
  | { readonly kind: 'current' };

export interface OpenOptions {
  /**
   * Whether to bring the schema up to date, and to adopt a database of the Python server. Without it nothing is made or
   * changed to open a database: throws `UnusableDatabaseError` where there is none, and where it is not of this version.
   */
  readonly migrate: boolean;
  /** With `migrate`: throws `UnusableDatabaseError`, and makes nothing, where there is no database of a cq server yet. */
  readonly existing?: boolean;
  /** Without `migrate`: takes a database of any version, the Python server's too, of which only `backup` can be asked. */
  readonly anyVersion?: boolean;
  /** With `migrate`: throws `ConflictError`, and leaves the database as it is, when it holds any row. */
  readonly empty?: boolean;
  /** Without `migrate`: the store only reads, and leaves no files behind that were not there. */
  readonly readonly?: boolean;
  /** Told how far that is, when it takes long. */
  readonly progress?: (message: string) => void;
  /** Ends it while the database is brought up to date, which stays as it was: opening it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What is kept of a database of the Python server that was adopted. */
export interface KeptAdoption {
  /** When it was adopted. */
  readonly at: Date;
  /** Where the Python server's tables are kept, in words. */
  readonly place: string;
  /** What callers have written since, a phrase for each table; empty when undoing the adoption loses nothing. */
  readonly written: readonly string[];
}

/** The way back from an adopted database to the Python server's. Opening it makes, migrates and adopts nothing. */
export interface Adoption {
  /** Null where nothing is kept. Throws when what was kept is no longer there. */
  status(): Promise<KeptAdoption | null>;
  /**
   * Puts the Python server's tables back as they were, all of them or none, and removes ours. Answers what was kept, and
   * what was lost. Throws `ConflictError` when nothing is kept, when others have the database open, and, unless `dropChanges`,
   * when callers have written since.
   */
  undo(options: { readonly dropChanges: boolean }): Promise<KeptAdoption>;
  /** Removes what is kept; answers where it was. Throws `ConflictError` when nothing is kept. */
  discard(): Promise<string>;
  close(): Promise<void>;
}
