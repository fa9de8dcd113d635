import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { openStore } from '../../src/store/open.ts';
import { aUnit } from '../harness.ts';
import { type Running, startProcess } from '../process.ts';
import { engines } from '../processes/start-databases.ts';
import { indexAs } from '../store/conformance/analyser.ts';

const count = 800;

describe.for(Object.entries(engines))('servers of a newer analyser on %s', ([, create]) => {
  it('reindex all units together, and no search fails or misses a unit meanwhile', async () => {
    await using database = await create();
    const { environment } = database;
    const store = await openStore(readConfig(environment).database, { migrate: true });
    const units = Array.from({ length: count }, (_, at) => aUnit({ insight: { summary: `walrus${at}x` } }));
    await store.units.restoreMany(units.map((unit) => ({ unit, flags: [] })));
    await indexAs(store, 0, units);

    const start = () => startProcess({ ...environment, CQ_RATE_LIMIT: '0', CQ_LOG_LEVEL: 'info' });
    const servers = [await start()];
    const second = start().then((server) => servers.push(server));
    async function find({ url }: Running, text: string): Promise<string[]> {
      const query = 'query ($text: String) { search(text: $text, first: 50) { edges { node { id } } } }';
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: { text } }),
      });
      const { data, errors } = (await response.json()) as {
        data: { search: { edges: { node: { id: string } }[] } };
        errors?: unknown;
      };
      expect([response.status, errors]).toEqual([200, undefined]);
      return data.search.edges.map(({ node }) => node.id);
    }

    const words = new Set<string>();
    for (let at = 0; (await store.units.outdated()) > 0; at = (at + 701) % count)
      for (const server of servers) {
        expect(await find(server, `formerly${at}x walrus${at}x`)).toEqual([units[at]?.id]);
        for (const word of ['formerly', 'walrus'])
          if ((await find(server, `${word}${at}x`)).length > 0) words.add(word);
        expect(await find(server, 'what happened')).toHaveLength(50);
      }
    // else nothing was searched for while they worked
    expect(words).toEqual(new Set(['formerly', 'walrus']));
    await second;
    for (const server of servers)
      for (let at = 0; at < count; at += 20) {
        expect(await find(server, `walrus${at}x`)).toEqual([units[at]?.id]);
        expect(await find(server, `formerly${at}x`)).toEqual([]);
      }

    await store.close();
    const outcomes = await Promise.all(servers.map((server) => server.stop()));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    const told = outcomes.map(({ stdout }) => /"units":(\d+),"msg":"units are reindexed"/.exec(stdout)?.[1]);
    expect(told.reduce((sum, units) => sum + Number(units ?? 0), 0)).toBe(count);
  });
});
