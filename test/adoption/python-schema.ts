/** The tables of the Python server, as they are in the field, in SQL of our own. */

const units = `create table knowledge_units (id TEXT NOT NULL, data TEXT NOT NULL, status TEXT DEFAULT 'pending' NOT NULL,
  reviewed_by TEXT, reviewed_at TEXT, created_at TEXT, tier TEXT DEFAULT 'private' NOT NULL, PRIMARY KEY (id))`;
const domains = `create table knowledge_unit_domains (unit_id TEXT NOT NULL, domain TEXT NOT NULL,
  PRIMARY KEY (unit_id, domain), FOREIGN KEY(unit_id) REFERENCES knowledge_units (id) ON DELETE CASCADE)`;
const domainIndex = 'create index idx_domains_domain on knowledge_unit_domains (domain)';
const keys = `create table api_keys (id TEXT NOT NULL, user_id INTEGER NOT NULL, name TEXT NOT NULL,
  labels TEXT DEFAULT '[]' NOT NULL, key_prefix TEXT NOT NULL, key_hash TEXT NOT NULL, ttl TEXT NOT NULL,
  expires_at TEXT NOT NULL, created_at TEXT NOT NULL, last_used_at TEXT, revoked_at TEXT, PRIMARY KEY (id),
  UNIQUE (key_hash), FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE)`;
const keyIndex = 'create index idx_api_keys_user on api_keys (user_id)';
const users = (id: string) =>
  `create table users (id ${id}, username TEXT NOT NULL, password_hash TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE (username))`;
const sqliteUsers = users('INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT');
const stamp = [
  'create table alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))',
  `insert into alembic_version values ('0001')`,
];
const firstUnits = 'create table knowledge_units (id TEXT PRIMARY KEY, data TEXT NOT NULL)';
const firstDomains =
  'create table knowledge_unit_domains (unit_id TEXT NOT NULL, domain TEXT NOT NULL, PRIMARY KEY (unit_id, domain))';
const reviewColumns = [
  `alter table knowledge_units add column status TEXT NOT NULL DEFAULT 'pending'`,
  'alter table knowledge_units add column reviewed_by TEXT',
  'alter table knowledge_units add column reviewed_at TEXT',
  'alter table knowledge_units add column created_at TEXT',
];
const tierColumn = `alter table knowledge_units add column tier TEXT NOT NULL DEFAULT 'private'`;
/** Needs a function of that name while rows are written, and none to be read. */
const vectors = `create table knowledge_units_vec (id TEXT PRIMARY KEY, embedding float[3]
  check (typeof(embedding) == 'blob' and vec_length(embedding) == 3))`;

/** SQLite files by what made them, oldest first. */
export const sqliteShapes = {
  'its first version': [firstUnits, firstDomains],
  'the version with review': [firstUnits, firstDomains, ...reviewColumns, sqliteUsers],
  'the version with tiers': [firstUnits, firstDomains, domainIndex, ...reviewColumns, sqliteUsers, tierColumn],
  'the last version before Alembic': [
    firstUnits,
    domains,
    domainIndex,
    ...reviewColumns,
    tierColumn,
    sqliteUsers,
    keys,
    keyIndex,
  ],
  Alembic: [units, domains, domainIndex, sqliteUsers, keys, keyIndex, ...stamp],
  'Alembic, with vectors': [units, domains, domainIndex, sqliteUsers, keys, keyIndex, ...stamp, vectors],
} as const;

export type SqliteShape = keyof typeof sqliteShapes;

export const postgresShape = [
  units,
  domains,
  domainIndex,
  users('SERIAL NOT NULL PRIMARY KEY'),
  keys,
  keyIndex,
  ...stamp,
];
