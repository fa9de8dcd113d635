import { beforeAll, expect, it, vi } from 'vitest';
import { hashPassword, verifyPassword } from '../../src/domain/passwords.ts';
import { BusyError } from '../../src/errors.ts';
import { startServer, type TestServer } from '../harness.ts';

/** What was looked at, which takes until the gate is open. */
const looked = vi.hoisted(() => ({ passwords: [] as string[], gate: Promise.resolve() }));
vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<typeof import('@node-rs/argon2')>();
  return {
    ...real,
    async verify(hash: string, password: string) {
      looked.passwords.push(password);
      await looked.gate;
      return real.verify(hash, password);
    },
  };
});

let hash: string;
beforeAll(async () => {
  hash = await hashPassword('of the crowd');
});

/** Whether one more would wait; it does not stay. */
async function isFull(): Promise<boolean> {
  const probe = new AbortController();
  const outcome = verifyPassword('a probe', hash, probe.signal).catch((error: unknown) => error);
  probe.abort();
  return (await outcome) instanceof BusyError;
}

type Send = (server: TestServer, signal: AbortSignal) => Promise<unknown>;
const json = { 'content-type': 'application/json' };
const requests: Readonly<Record<string, Send>> = {
  'signs in by REST': (server, signal) =>
    fetch(`${server.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ username: 'mia', password: 'of one who leaves' }),
      signal,
    }),
  'signs in by GraphQL': (server, signal) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({
        query: 'mutation { signIn(input: { username: "mia", password: "of one who leaves" }) { token } }',
      }),
      signal,
    }),
  'changes a password': (server, signal) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${server.people.member.token}` },
      body: JSON.stringify({
        query: `mutation { changePassword(input: { currentPassword: "of one who leaves", newPassword: "another long one" })
          { token } }`,
      }),
      signal,
    }),
};

it.for(Object.keys(requests))(
  'a client that %s and disconnects before its password is checked leaves the queue',
  async (name) => {
    await using server = await startServer();
    const opened = Promise.withResolvers<void>();
    looked.passwords = [];
    looked.gate = opened.promise;
    const stop = new AbortController();
    try {
      // three at work, and all but one that may wait
      const crowd = Array.from({ length: 102 }, () => verifyPassword('of the crowd', hash));
      const left = requests[name]?.(server, stop.signal).catch((error: Error) => error.name);
      await expect.poll(isFull, { timeout: 60_000 }).toBe(true);
      stop.abort();
      expect(await left).toBe('AbortError');
      await expect.poll(isFull, { timeout: 60_000 }).toBe(false);
      opened.resolve();
      expect(await Promise.all(crowd)).toEqual(Array(102).fill('nfc'));
      expect(new Set(looked.passwords)).toEqual(new Set(['of the crowd']));
    } finally {
      opened.resolve();
    }
  },
);
