import type { CopiedTable, RowSource, Store } from '../store.ts';
import { createApiKeys } from './api-keys.ts';
import { fill, readSnapshot } from './copy.ts';
import type { Database } from './database.ts';
import { createEmbeddings } from './embeddings.ts';
import { createEvents } from './events.ts';
import { createFlags } from './flags.ts';
import { createQuarantine } from './quarantine.ts';
import { createReviews } from './reviews.ts';
import { createSignIns } from './sign-ins.ts';
import { createStats } from './stats.ts';
import { createUnits } from './units.ts';
import { createUsers } from './users.ts';
import { withoutVectors } from './without-vectors.ts';

/** What any SQL database can do for a Store, given its `Database`. */
export abstract class SqlStore implements Store {
  protected readonly db: Database;
  readonly units: Store['units'];
  readonly flags: Store['flags'];
  readonly reviews: Store['reviews'];
  readonly users: Store['users'];
  readonly signIns: Store['signIns'];
  readonly apiKeys: Store['apiKeys'];
  readonly events: Store['events'];
  readonly stats: Store['stats'];
  readonly quarantine: Store['quarantine'];
  readonly embeddings: Store['embeddings'];
  readonly vectorEngine: string | null;

  /** `reading`, where it is another one, may be a little behind: people and keys are never read from there. */
  constructor(db: Database, reading: Database = db) {
    this.db = db;
    this.units = createUnits(reading);
    this.flags = createFlags(reading);
    this.reviews = createReviews(db);
    this.users = createUsers(db);
    this.signIns = createSignIns(db);
    this.apiKeys = createApiKeys(db);
    this.events = createEvents(reading, db);
    this.stats = createStats(reading, db);
    this.quarantine = createQuarantine(db);
    this.embeddings = db.vectors ? createEmbeddings(db, db.vectors, reading) : withoutVectors();
    this.vectorEngine = db.vectors?.name ?? null;
  }

  /** Itself, where there is one server only. */
  get replica(): Store {
    return this;
  }

  transaction<T>(work: (store: Store) => Promise<T>): Promise<T> {
    return this.db.transaction((tx) => work(this.bound(tx)));
  }

  readonly rows: RowSource = (take) => readSnapshot(this.db, take);

  fill(rows: RowSource, progress = (_message: string) => {}): Promise<readonly CopiedTable[]> {
    return fill(this.db, rows, progress);
  }

  /** The same store, speaking through an open transaction. */
  protected abstract bound(tx: Database): Store;

  abstract ping(): Promise<void>;
  abstract backup(file: string): Promise<void>;
  abstract close(): Promise<void>;
}
