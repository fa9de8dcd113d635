import { copyFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { generateUnits } from '../../bench/generate.ts';
import type { DatabaseConfig } from '../../src/config/database.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openStore } from '../../src/store/open.ts';
import { campaign } from '../campaign.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';
import { finished, run, start, temporaryFolder } from '../process.ts';
import { random } from '../store/conformance/fixture.ts';
import { makePythonFile, makePythonPostgres } from './python-database.ts';
import type { Case } from './python-rows.ts';
import { users } from './python-rows.ts';

const units = [...generateUnits(campaign(500, 2000))];
const cases = units.map(({ unit, flags }): Case => {
  const { id, domains, insight, context, tier, createdBy } = unit;
  const reported = flags.map(({ reason, createdAt }) => ({ reason, timestamp: createdAt.toISOString() }));
  const evidence = { confidence: unit.evidence.confidence, confirmations: unit.evidence.confirmations };
  const data = { id, version: 1, domains, insight, context, evidence, tier, created_by: createdBy, flags: reported };
  const reviewed = {
    reviewed_by: unit.review?.reviewedBy ?? null,
    reviewed_at: unit.review?.reviewedAt.toISOString() ?? null,
  };
  const row = {
    id,
    data: JSON.stringify(data),
    status: unit.status,
    ...reviewed,
    created_at: unit.createdAt.toISOString(),
    tier,
  };
  return { what: id, row, domains, expected: { unit, flags } };
});

const attempts = campaign(3, 20);

/** Begins to adopt and is killed, again and again, at a moment drawn from the time that `rehearsal` needs in full. */
async function adoptAndDie(environment: Record<string, string>, rehearsal: Record<string, string>) {
  const begun = Date.now();
  expect(await run(['migrate'], rehearsal)).toMatchObject({ code: 0 });
  const whole = Date.now() - begun;
  const next = random(7);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const child = start(['migrate'], environment);
    const outcome = finished(child);
    // not at its very beginning, where node itself starts
    await delay(whole * (0.2 + 0.7 * next()));
    child.kill('SIGKILL');
    await outcome;
  }
  expect(await run(['migrate'], environment)).toMatchObject({ code: 0 });
}

async function expectAll(config: DatabaseConfig) {
  const store = await openStore(config, { migrate: false });
  try {
    await store.ping();
    expect((await store.quarantine.list({ limit: 1 })).items).toEqual([]);
    expect(await store.units.count({})).toBe(units.length);
    expect(await store.users.count()).toBe(users.length);
    const ids = units.map(({ unit }) => unit.id);
    const found = await store.units.findMany(ids);
    expect(found.map((unit) => unit?.insight)).toEqual(units.map(({ unit }) => unit.insight));
    const flags = (await store.flags.counts(ids)).flatMap((counts) => Object.values(counts));
    expect(flags.reduce((sum, count) => sum + count, 0)).toBe(units.flatMap((unit) => unit.flags).length);
    const tag = units[0]?.unit.domains[0] ?? '';
    const tagged = units.filter(({ unit }) => unit.domains.includes(tag)).length;
    expect(await store.units.count({ domains: [tag] })).toBe(tagged);
    const { hits } = await store.units.search({ text: units[0]?.unit.insight.summary ?? '', filter: {}, limit: 1 });
    expect(hits[0]?.unit.id).toBe(units[0]?.unit.id);
  } finally {
    await store.close();
  }
}

describe('an adoption that is killed at any moment', () => {
  it('is completed by the next start, and leaves one copy of a file', async () => {
    using folder = temporaryFolder();
    makePythonFile(folder.file('cq.db'), 'Alembic', cases);
    copyFileSync(folder.file('cq.db'), folder.file('rehearsal.db'));
    await adoptAndDie({ CQ_DB_PATH: folder.file('cq.db') }, { CQ_DB_PATH: folder.file('rehearsal.db') });
    await expectAll(sqliteDatabase(folder.file('cq.db')));
    const left = readdirSync(folder.path).filter((name) => name.startsWith('cq.db.backup'));
    expect(left).toEqual([expect.stringMatching(/^cq\.db\.backup-\d{8}T\d{6}Z$/)]);
  });

  it('is completed by the next start on PostgreSQL', async () => {
    await using database = await createDatabase({ empty: true });
    await using rehearsal = await createDatabase({ empty: true });
    for (const { url } of [database, rehearsal]) await makePythonPostgres(url, cases);
    await adoptAndDie({ CQ_DATABASE_URL: database.url }, { CQ_DATABASE_URL: rehearsal.url });
    await expectAll(configOf(database.url));
  });
});
