import { CompiledQuery, sql } from 'kysely';
import type { CopiedTable, FileSizes, ReplicaState, RowSource, Store, StoreActivity } from '../store.ts';
import { createApiKeys } from './accounts/api-keys.ts';
import { createAudit } from './accounts/audit-log.ts';
import { createInvitations } from './accounts/invitations.ts';
import { createSessions } from './accounts/sessions.ts';
import { createSignIns } from './accounts/sign-ins.ts';
import { createUsers } from './accounts/users.ts';
import type { Database } from './database.ts';
import { createEmbeddings } from './embeddings/embeddings.ts';
import { usingVectors } from './embeddings/using-vectors.ts';
import { withoutVectors } from './embeddings/without-vectors.ts';
import { createErasures } from './knowledge/erasures.ts';
import { createEvents } from './knowledge/events.ts';
import { createFlags } from './knowledge/flags.ts';
import { createLifecycle } from './knowledge/lifecycle.ts';
import { createNearRepeats } from './knowledge/near-repeats.ts';
import { createQuarantine } from './knowledge/quarantine.ts';
import { createReviews } from './knowledge/reviews.ts';
import { createRevisions } from './knowledge/revisions.ts';
import { createStats } from './knowledge/stats.ts';
import { createSuspensions } from './knowledge/suspensions.ts';
import { createUnits } from './knowledge/units.ts';
import { createUsage } from './knowledge/usage.ts';
import { createBackups } from './transfer/backups.ts';
import { fill, readSnapshot } from './transfer/copy.ts';
import { createWebhooks } from './webhooks/webhooks.ts';

/** The Store for any SQL database, given its `Database`. */
export abstract class SqlStore implements Store {
  protected readonly db: Database;
  readonly units: Store['units'];
  readonly usage: Store['usage'];
  readonly flags: Store['flags'];
  readonly reviews: Store['reviews'];
  readonly lifecycle: Store['lifecycle'];
  readonly revisions: Store['revisions'];
  readonly nearRepeats: Store['nearRepeats'];
  readonly users: Store['users'];
  readonly sessions: Store['sessions'];
  readonly invitations: Store['invitations'];
  readonly suspensions: Store['suspensions'];
  readonly signIns: Store['signIns'];
  readonly apiKeys: Store['apiKeys'];
  readonly audit: Store['audit'];
  readonly events: Store['events'];
  readonly logs: Store['logs'];
  readonly stats: Store['stats'];
  readonly quarantine: Store['quarantine'];
  readonly erasures: Store['erasures'];
  readonly backups: Store['backups'];
  readonly webhooks: Store['webhooks'];
  readonly embeddings: Store['embeddings'];
  readonly vectorEngine: string | null;

  /**
   * `reading` may be a replica: users, sessions, invitations, suspensions, keys, sign-ins, the audit log, reviews, revisions, near repeats,
   * quarantine, erasures, backups and webhooks are always read from `db`.
   */
  constructor(db: Database, reading: Database = db) {
    this.db = db;
    this.units = createUnits(reading);
    this.usage = createUsage(reading, db);
    this.flags = createFlags(reading);
    this.reviews = createReviews(db);
    this.lifecycle = createLifecycle(db, reading);
    this.revisions = createRevisions(db);
    this.nearRepeats = createNearRepeats(db);
    this.users = createUsers(db);
    this.sessions = createSessions(db);
    this.invitations = createInvitations(db);
    this.suspensions = createSuspensions(db);
    this.signIns = createSignIns(db);
    this.apiKeys = createApiKeys(db);
    this.audit = createAudit(db);
    this.events = createEvents(reading, db);
    this.logs = db.logChanges;
    this.stats = createStats(reading, db);
    this.quarantine = createQuarantine(db);
    this.erasures = createErasures(db, () => this.forgetFigures());
    this.backups = createBackups(db);
    this.webhooks = createWebhooks(db);
    this.embeddings = db.vectors
      ? usingVectors(createEmbeddings(db, db.vectors, reading), db.vectors)
      : withoutVectors(db.vectorProblem ?? '');
    this.vectorEngine = db.vectors?.name ?? null;
  }

  get vectorProblem(): string | null {
    return this.db.vectors ? this.db.vectors.problem : this.db.vectorProblem;
  }

  /** This store itself, where there are no replicas. */
  get replica(): Store {
    return this;
  }

  get replicas(): readonly ReplicaState[] {
    return [];
  }

  get credentialChanges(): number {
    return this.db.credentialChanges.count;
  }

  now(): Date {
    return this.db.now();
  }

  transaction<T>(work: (store: Store) => Promise<T>): Promise<T> {
    return this.db.transaction((tx) => work(this.storeBoundTo(tx)));
  }

  readonly rows: RowSource = (take) => readSnapshot(this.db, take);

  fill(rows: RowSource, progress = (_message: string) => {}): Promise<readonly CopiedTable[]> {
    return fill(this.db, rows, progress);
  }

  async engineVersion(): Promise<string> {
    const { rows } = await sql<{ version: string }>`select ${this.db.dialect.engineVersion} as version`.execute(
      this.db.read,
    );
    return rows[0]?.version ?? '';
  }

  async explain(text: string, values: number): Promise<readonly string[]> {
    const { dialect, read } = this.db;
    const { sql: asked, parameters } = dialect.explain(text, values);
    const { rows } = await read.getExecutor().executeQuery(CompiledQuery.raw(asked, [...parameters]));
    return rows.map((row) => String(Object.values(row as object).at(-1)));
  }

  /** Empties the caches of statistics. */
  protected forgetFigures(): void {
    this.stats.recent.forget();
  }

  /** The same store over an open transaction. */
  protected abstract storeBoundTo(tx: Database): Store;

  async fileSizes(): Promise<FileSizes | null> {
    return null;
  }

  abstract activity(): StoreActivity;
  abstract ping(): Promise<void>;
  abstract backup(file: string): Promise<void>;
  abstract close(): Promise<void>;
}
