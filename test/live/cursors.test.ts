import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Has the server read from a replica that has replayed nothing yet. */
function lag() {
  const { store } = server;
  const units = { ...store.units, list: async () => ({ items: [], hasMore: false }) };
  const replica = new Proxy(store, {
    get: (of, name) => (name === 'units' ? units : Reflect.get(of, name, of)),
  });
  Object.defineProperty(store, 'replica', { configurable: true, value: replica });
  onTestFinished(() => void Reflect.deleteProperty(store, 'replica'));
}

const units = 'knowledgeUnits(first: 5) { nodes { id } }';

it('what is asked for with a cursor is not older than it, where replicas are behind', async () => {
  const { id } = await server.unit();
  lag();
  expect(await server.query(`{ ${units} }`)).toEqual({ knowledgeUnits: { nodes: [] } });
  for (const query of [`{ ${units} eventCursor }`, `{ ${units} ...A } fragment A on Query { ... { at: eventCursor } }`])
    expect(await server.query(query)).toMatchObject({ knowledgeUnits: { nodes: [{ id }] } });
  const { token } = server.people.admin;
  expect(await server.query(`{ ${units} auditCursor }`, {}, token)).toMatchObject({
    knowledgeUnits: { nodes: [{ id }] },
  });
});

it('a cursor is read before what is asked for with it', async () => {
  const order: string[] = [];
  const { store } = server;
  const noting = (of: object, name: string) => {
    const original: (...given: unknown[]) => Promise<unknown> = Reflect.get(of, name).bind(of);
    async function noted(...given: unknown[]) {
      order.push(`${name} begins`);
      // as one of many connections may
      await new Promise((resolve) => setTimeout(resolve, 20));
      const result = await original(...given);
      order.push(`${name} ends`);
      return result;
    }
    Object.defineProperty(of, name, { configurable: true, writable: true, value: noted });
    onTestFinished(() => void Object.defineProperty(of, name, { value: original }));
  };
  noting(store.events.log, 'end');
  noting(store.units, 'list');
  await server.query(`{ ${units} eventCursor }`);
  expect(order).toEqual(['end begins', 'end ends', 'list begins', 'list ends']);
});
