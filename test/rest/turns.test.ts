import { expect, it, vi } from 'vitest';
import { startServer } from '../harness.ts';
import { get } from './client.ts';

it('an answer is made, measured and written in different turns of the event loop', async () => {
  await using server = await startServer();
  await server.unit();
  const happened: string[] = [];
  const { latest } = server.store.flags;
  vi.spyOn(server.store.flags, 'latest').mockImplementation(async (...given) => {
    const flags = await latest.apply(server.store.flags, given);
    // the last that the store is asked for: from here on nothing but the answer is waited for
    setImmediate(() => {
      happened.push('others');
      setImmediate(() => happened.push('others'));
    });
    return flags;
  });
  const { stringify } = JSON;
  const written = vi.spyOn(JSON, 'stringify').mockImplementation(((value: unknown, ...rest: never[]) => {
    if (Array.isArray(value) && value[0]?.knowledge_unit) happened.push('written');
    return stringify(value, ...rest);
  }) as typeof JSON.stringify);
  try {
    const { status, body } = await get(server, '/review/units?limit=1000', server.people.reviewer.token);
    expect([status, body.length]).toEqual([200, 1]);
    expect(happened).toEqual(['others', 'others', 'written']);
  } finally {
    written.mockRestore();
  }
});
