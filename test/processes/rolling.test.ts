import { expect, it } from 'vitest';
import { eventually, foundCommons, operations, present } from '../faults/commons.ts';
import { createDatabase } from '../postgres/databases.ts';
import { freePort, type Running, startProcess } from '../process.ts';
import { startBalancer } from './balancer.ts';

it('three servers on one database are restarted one by one, and nobody notices', async () => {
  await using database = await createDatabase();
  const { environment, key, unitId } = await foundCommons(database.url);
  const startAt = (port: number) =>
    startProcess({ ...environment, CQ_PORT: String(port), CQ_SHUTDOWN_DELAY_MS: '1000' });
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const servers: Running[] = await Promise.all(ports.map(startAt));
  const urls = servers.map(({ url }) => url);
  await using balancer = startBalancer(urls);
  await eventually(
    async () => urls.filter(balancer.isReady),
    (up) => up.length === 3,
  );

  const failures: unknown[] = [];
  const acknowledged: string[] = [];
  const answered = new Map<string, number>();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  let done = false;
  const send = async (query: string, variables: object) => {
    const reply = await balancer.send(JSON.stringify({ query, variables }), headers);
    const { data, errors } = JSON.parse(reply.body);
    answered.set(reply.from, (answered.get(reply.from) ?? 0) + 1);
    if (reply.status !== 200 || errors) failures.push(reply);
    else if (data.proposeKnowledgeUnit) acknowledged.push(data.proposeKnowledgeUnit.knowledgeUnit.id);
  };
  const repeat = async (query: string, variables: object) => {
    while (!done) await send(query, variables).catch((error: unknown) => failures.push(error));
  };
  const load = [
    repeat(operations.propose, { detail: 'while servers come and go' }),
    repeat(operations.confirm, { id: unitId }),
    repeat(operations.read, { id: unitId }),
    repeat(operations.search, {}),
  ];

  for (const [index, port] of ports.entries()) {
    const url = urls[index] as string;
    await eventually(
      async () => answered.get(url) ?? 0,
      (count) => count > 10,
    );
    expect((await servers[index]?.stop())?.code).toBe(0);
    answered.delete(url);
    servers[index] = await startAt(port);
    // only when it takes its share again is it the next one's turn
    await eventually(
      async () => answered.get(url) ?? 0,
      (count) => count > 10,
    );
  }
  done = true;
  await Promise.all(load);
  expect(failures).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(10);
  expect(await present(urls[0] as string, acknowledged, key)).toEqual(acknowledged);
  await Promise.all(servers.map((server) => server.stop()));
});
