import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { administer, databaseUrl } from '../postgres/administer.ts';
import { createDatabase, postgres } from '../postgres/databases.ts';
import { run } from '../process.ts';

const secrets = { CQ_JWT_SECRET: 's'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) };

/** Whoever opens a database: to serve, to migrate, to read, to change, to copy, to undo, and only to look. */
const commands = [
  ['serve'],
  ['migrate'],
  ['user', 'list'],
  ['user', 'set-role', 'ann', 'admin'],
  ['import', 'none.jsonl'],
  ['adoption', 'status'],
  ['check-config', '--connect'],
];

async function expectRefused(url: string, reason: RegExp) {
  for (const command of commands) {
    const { code, stderr } = await run(command, { CQ_DATABASE_URL: url, ...secrets });
    expect([command, code, stderr]).toEqual([command, 78, expect.stringMatching(reason)]);
  }
}

describe('a database that cannot be used', () => {
  it.for(['SQL_ASCII', 'LATIN1'])('is refused by name since its encoding is %s', async (encoding) => {
    const { url: server } = await postgres();
    const name = `cq_test_${randomBytes(6).toString('hex')}`;
    await administer(server, `create database ${name} encoding '${encoding}' template template0 locale 'C'`);
    try {
      const url = databaseUrl(server, name);
      await expectRefused(url, new RegExp(`CQ_DATABASE_URL .* has the encoding ${encoding}`));
      const tables = await administer(url, "select from pg_tables where schemaname = 'public'");
      expect(tables).toEqual([]);
      // as the target of a copy, and as a replica
      await using database = await createDatabase();
      const copied = await run(['copy', '--from', database.url, '--to', url], {});
      expect([copied.code, copied.stderr]).toEqual([78, expect.stringContaining(`has the encoding ${encoding}`)]);
      const environment = { CQ_DATABASE_URL: database.url, CQ_DATABASE_REPLICA_URLS: url, ...secrets };
      const checked = await run(['check-config', '--connect'], environment);
      expect([checked.code, checked.stderr]).toEqual([
        78,
        expect.stringMatching(new RegExp(`replica 1 of 1: CQ_DATABASE_REPLICA_URLS .* has the encoding ${encoding}`)),
      ]);
    } finally {
      await administer(server, `drop database ${name} with (force)`);
    }
  });
});
