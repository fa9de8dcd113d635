import { afterEach, describe, expect, it } from 'vitest';
import { anonymous, type Viewer } from '../../src/domain/viewer.ts';
import { type AppError, LogReplacedError, UnauthenticatedError, UnavailableError } from '../../src/errors.ts';
import { type ConnectionsOptions, createLiveConnections, type Opened } from '../../src/live/connections.ts';
import { createLog } from '../../src/log.ts';
import type { AuditEntry, LogEntry } from '../../src/store/store.ts';

const address = '192.0.2.1';
const stranger: Viewer = { ...anonymous, address };

/** The audit log as it is followed: `tell` adds an entry for who follows, `fail` ends them. */
function createAudit() {
  const waiting = () => {
    const one = Promise.withResolvers<LogEntry<AuditEntry> | null>();
    // it may fail while nobody follows
    one.promise.catch(() => {});
    return one;
  };
  let next = waiting();
  return {
    tell: (action: string) => next.resolve({ entry: { action } } as never),
    fail: () => next.reject(new LogReplacedError()),
    feed: {
      async *follow() {
        try {
          for (;;) {
            const entry = await next.promise;
            if (entry === null) return;
            next = waiting();
            yield entry;
          }
        } finally {
          next = waiting();
        }
      },
      stop: async () => next.resolve(null),
    } as unknown as ConnectionsOptions['audit'] & AsyncDisposable,
  };
}

let opened: Opened[];
const open = (options: Partial<ConnectionsOptions> = {}) => {
  const audit = createAudit();
  const all = createLiveConnections({
    ...{ most: 10, mostOfCaller: 2, audit: audit.feed, logger: createLog('silent'), ...options },
  });
  opened = [];
  return {
    ...{ all, audit },
    connect(end: (reason: AppError | null) => void = () => {}, from = address) {
      const one = all.open(from, end);
      opened.push(one);
      return one;
    },
  };
};
afterEach(() => {
  for (const one of opened) one.close();
});

const withoutCredentials = { viewer: stranger, address, credentials: null };

describe('connections that go on', () => {
  it('that are closed while somebody asks whose they are count for nobody', () => {
    const { all, connect } = open();
    for (let leaving = 0; leaving < 5; leaving++) {
      const one = connect();
      one.close();
      one.identify(withoutCredentials);
    }
    for (let staying = 0; staying < 2; staying++) connect().identify(withoutCredentials);
    expect(all.count).toBe(2);
  });

  it('of which nobody knows whose they are do not take the place of others', () => {
    const { connect } = open();
    const [one] = [connect(), connect()];
    expect(() => connect()).toThrow('One address may have 2 connections that have not said whose they are');
    expect(() => connect(undefined, '192.0.2.2')).not.toThrow();
    one?.identify(withoutCredentials);
    expect(() => connect()).not.toThrow();
  });

  it.for(['again after a while', 'at once when some are revoked', 'when the audit log is another one'] as const)(
    'have their credentials looked at %s',
    async (when) => {
      const { connect, audit } = open({ checkEveryMs: when === 'again after a while' ? 5 : 600_000 });
      const ended = Promise.withResolvers<AppError | null>();
      let asked = 0;
      const identify = async () => {
        asked++;
        // that the database cannot tell ends nothing
        if (asked === 1) throw new UnavailableError('the database is away');
        throw new UnauthenticatedError('This key has expired.');
      };
      connect(ended.resolve).identify({ viewer: stranger, address, credentials: { key: 'one', identify } });
      let isEnded = false;
      void ended.promise.then(() => {
        isEnded = true;
      });
      while (!isEnded) {
        if (when === 'at once when some are revoked') audit.tell('apiKey.revoked');
        if (when === 'when the audit log is another one') audit.fail();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(await ended.promise).toMatchObject({ code: 'UNAUTHENTICATED', message: 'This key has expired.' });
    },
  );

  it('are told of what is revoked also after the audit log was another one', async () => {
    const { connect, audit } = open({ checkEveryMs: 600_000 });
    const ended = Promise.withResolvers<AppError | null>();
    let isVoid = false;
    let asked = 0;
    const identify = async () => {
      asked++;
      if (isVoid) throw new UnauthenticatedError('This key has expired.');
      return stranger;
    };
    connect(ended.resolve).identify({ viewer: stranger, address, credentials: { key: 'one', identify } });
    audit.fail();
    await expect.poll(() => asked).toBeGreaterThan(0);
    isVoid = true;
    let isEnded = false;
    void ended.promise.then(() => {
      isEnded = true;
    });
    while (!isEnded) {
      audit.tell('apiKey.revoked');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  it('count what they hear of by which credentials may be void', async () => {
    const { all, connect, audit } = open({ checkEveryMs: 600_000 });
    const identify = async () => stranger;
    connect().identify({ viewer: stranger, address, credentials: { key: 'one', identify } });
    const heard = async (happens: () => void) => {
      const before = all.revocations;
      // once it follows
      await new Promise((resolve) => setImmediate(resolve));
      happens();
      await new Promise((resolve) => setImmediate(resolve));
      return all.revocations - before;
    };
    expect(await heard(() => audit.tell('unit.approved'))).toBe(0);
    for (const action of ['apiKey.revoked', 'session.ended', 'sessions.ended', 'password.set', 'user.roleChanged'])
      expect(await heard(() => audit.tell(action))).toBe(1);
    for (const action of ['password.changed', 'user.suspended', 'user.closed', 'user.erased'])
      expect(await heard(() => audit.tell(action))).toBe(1);
    expect(await heard(audit.fail)).toBeGreaterThan(0);
  });

  it('leave others their turns while the credentials of many are looked at', async () => {
    const { connect, audit } = open({ most: 1000, mostOfCaller: 1000, checkEveryMs: 600_000 });
    let [asked, turns] = [0, 0];
    for (let number = 0; number < 400; number++) {
      const identify = async () => {
        asked++;
        return stranger;
      };
      connect().identify({ viewer: stranger, address, credentials: { key: String(number), identify } });
    }
    const other = () => {
      if (asked > 0) turns++;
      if (asked < 400) setImmediate(other);
    };
    // once it follows
    await new Promise((resolve) => setImmediate(resolve));
    audit.tell('apiKey.revoked');
    other();
    await expect.poll(() => asked, { interval: 50 }).toBe(400);
    expect(turns).toBeGreaterThan(10);
  });
});
