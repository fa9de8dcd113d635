import { afterAll, beforeAll, expect, it } from 'vitest';
import { UnavailableError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { administer } from '../postgres/administer.ts';
import { configOf } from '../postgres/databases.ts';
import { type EmbeddedServer, startEmbedded } from '../postgres/embedded.ts';
import { put } from '../store/conformance/fixture.ts';
import { eventually } from './commons.ts';

let primary: EmbeddedServer;
let standby: EmbeddedServer;
let stores: Store[] = [];

/** Both servers, in this order. */
const urlOf = (...servers: EmbeddedServer[]) =>
  `postgresql://postgres:postgres@${servers.map(({ url }) => new URL(url).host).join(',')}/postgres?target_session_attrs=read-write`;

beforeAll(async () => {
  primary = await startEmbedded();
  await (await openStore(configOf(primary.url), { migrate: true })).close();
  await primary.stop();
  standby = await primary.standby();
  await Promise.all([primary.start(), standby.start()]);
  stores = [];
  for (const url of [urlOf(primary, standby), urlOf(standby, primary)])
    stores.push(await openStore(configOf(url), { migrate: false }));
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await standby?.[Symbol.asyncDispose]();
  await primary?.[Symbol.asyncDispose]();
});

const writes = async (store: Store) => {
  try {
    await put(store);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(UnavailableError);
    return false;
  }
};

it('a store writes to the primary of its hosts, in whichever order, and to the next one after a failover', async () => {
  for (const store of stores) await put(store);
  // what has not been replicated is lost with the primary
  const [{ here } = { here: '' }] = await administer<{ here: string }>(
    primary.url,
    'select pg_current_wal_flush_lsn() as here',
  );
  const replayed = 'select coalesce(pg_last_wal_replay_lsn() >= $1, false) as reached';
  await eventually(
    () => administer<{ reached: boolean }>(standby.url, replayed, [here]),
    ([answer]) => answer?.reached === true,
  );
  await primary.kill();
  for (const store of stores) expect(await writes(store)).toBe(false);
  await administer(standby.url, 'select pg_promote()');
  for (const store of stores) {
    await eventually(
      () => writes(store),
      (written) => written,
    );
    expect(await store.units.count({})).toBeGreaterThanOrEqual(3);
    await store.ping();
  }
});
