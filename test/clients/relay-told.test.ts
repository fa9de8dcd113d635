import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createClient as createSseClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confidence } from '../../src/domain/rules.ts';
import { readTypeDefs } from '../../src/graphql/type-defs.ts';
import { startServer, type TestServer } from '../harness.ts';
import { socketClient } from '../live/clients.ts';
import { temporaryFolder } from '../process.ts';

// as a program that is given no types
const require = createRequire(import.meta.url);
const compiler: string = require('relay-compiler');
const { Environment, Network, Observable, RecordSource, Store, requestSubscription } = require('relay-runtime');

/** The subscription as Relay's compiler makes it. */
async function compiled(): Promise<object> {
  using folder = temporaryFolder();
  mkdirSync(folder.file('src'));
  cpSync(fileURLToPath(new URL('relay/told.js', import.meta.url)), folder.file('src/told.js'));
  writeFileSync(folder.file('schema.graphql'), readTypeDefs());
  writeFileSync(folder.file('package.json'), JSON.stringify({ type: 'module' }));
  const config = { src: './src', schema: './schema.graphql', language: 'javascript', eagerEsModules: true };
  writeFileSync(folder.file('relay.config.json'), JSON.stringify({ ...config, noFutureProofEnums: true }));
  await promisify(execFile)(compiler, ['relay.config.json'], { cwd: folder.path });
  return (await import(pathToFileURL(folder.file('src/__generated__/toldSubscription.graphql.js')).href)).default;
}

let server: TestServer;
let subscription: object;
beforeAll(async () => {
  [server, subscription] = await Promise.all([startServer(), compiled()]);
});
afterAll(() => server[Symbol.asyncDispose]());

describe('a Relay application', () => {
  it.for(['server-sent events', 'WebSocket'])('is told over %s, and keeps what it is told', async (transport) => {
    const sse = createSseClient({ url: `${server.url}/graphql`, retryAttempts: 0 });
    const socket = socketClient(server.url);
    const client = transport === 'WebSocket' ? socket : sse;
    const subscribe = ({ text: query }: { text: string }, variables: Record<string, unknown>) =>
      Observable.create((sink: never) => client.subscribe({ query, variables }, sink));
    const fetched = () => {
      throw new Error('a subscription is no query');
    };
    const environment = new Environment({
      network: Network.create(fetched, subscribe),
      store: new Store(new RecordSource()),
    });
    const { id } = await server.unit();
    const { eventCursor: after } = await server.query('{ eventCursor }');
    const told: { readonly knowledgeEvents: object }[] = [];
    const enough = Promise.withResolvers<void>();
    const { dispose } = requestSubscription(environment, {
      ...{ subscription, variables: { after } },
      onNext: (data: { readonly knowledgeEvents: object }) => told.push(data) === 2 && enough.resolve(),
      onError: enough.reject,
    });
    for (let count = 0; count < 2; count++)
      await server.store.units.confirm(id, 'mia', new Date(), confidence.confirmed);
    await enough.promise;
    dispose();
    expect(told).toMatchObject([1, 2].map(() => ({ knowledgeEvents: { activity: { type: 'CONFIRMED' } } })));
    // in the normalised store, from which components are given it
    const confirmations = (await server.store.units.find(id))?.evidence.confirmations;
    const kept = environment.getStore().getSource();
    const evidence = kept.get(kept.get(id).evidence.__ref);
    expect(evidence.confirmations).toBe(confirmations);
    sse.dispose();
    await socket.dispose();
  });
});
