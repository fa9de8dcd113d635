import { step } from './step.ts';

/** The schema that the Python server has in production. Frozen: adopted databases are taken to be exactly here. */
export const baseline = step('0001-baseline', ({ native }) =>
  native({
    sqlite: [
      `CREATE TABLE knowledge_units (id TEXT NOT NULL, data TEXT NOT NULL, status TEXT DEFAULT 'pending' NOT NULL,
         reviewed_by TEXT, reviewed_at TEXT, created_at TEXT, tier TEXT DEFAULT 'private' NOT NULL, PRIMARY KEY (id))`,
      `CREATE TABLE knowledge_unit_domains (unit_id TEXT NOT NULL, domain TEXT NOT NULL, PRIMARY KEY (unit_id, domain),
         FOREIGN KEY(unit_id) REFERENCES knowledge_units (id) ON DELETE CASCADE)`,
      `CREATE INDEX idx_domains_domain ON knowledge_unit_domains (domain)`,
      `CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL,
         password_hash TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE (username))`,
      `CREATE TABLE api_keys (id TEXT NOT NULL, user_id INTEGER NOT NULL, name TEXT NOT NULL,
         labels TEXT DEFAULT '[]' NOT NULL, key_prefix TEXT NOT NULL, key_hash TEXT NOT NULL, ttl TEXT NOT NULL,
         expires_at TEXT NOT NULL, created_at TEXT NOT NULL, last_used_at TEXT, revoked_at TEXT, PRIMARY KEY (id),
         UNIQUE (key_hash), FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE)`,
      `CREATE INDEX idx_api_keys_user ON api_keys (user_id)`,
    ],
    postgres: [
      `CREATE TABLE knowledge_units (id text NOT NULL, data text NOT NULL, status text DEFAULT 'pending' NOT NULL,
         reviewed_by text, reviewed_at text, created_at text, tier text DEFAULT 'private' NOT NULL, PRIMARY KEY (id))`,
      `CREATE TABLE knowledge_unit_domains (unit_id text NOT NULL, domain text NOT NULL, PRIMARY KEY (unit_id, domain),
         FOREIGN KEY(unit_id) REFERENCES knowledge_units (id) ON DELETE CASCADE)`,
      `CREATE INDEX idx_domains_domain ON knowledge_unit_domains (domain)`,
      `CREATE TABLE users (id serial NOT NULL PRIMARY KEY, username text NOT NULL,
         password_hash text NOT NULL, created_at text NOT NULL, UNIQUE (username))`,
      `CREATE TABLE api_keys (id text NOT NULL, user_id integer NOT NULL, name text NOT NULL,
         labels text DEFAULT '[]' NOT NULL, key_prefix text NOT NULL, key_hash text NOT NULL, ttl text NOT NULL,
         expires_at text NOT NULL, created_at text NOT NULL, last_used_at text, revoked_at text, PRIMARY KEY (id),
         UNIQUE (key_hash), FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE)`,
      `CREATE INDEX idx_api_keys_user ON api_keys (user_id)`,
    ],
  }),
);
