import { hash as argon2 } from '@node-rs/argon2';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { describe, expect, it } from 'vitest';
import { hashPassword, isAffordable, spellingsOf, verifyPassword } from '../../src/domain/passwords.ts';
import { BusyError } from '../../src/errors.ts';
import { startServer } from '../harness.ts';
import { post } from '../rest/client.ts';

const salted = (parameters: string) => `${parameters}$c29tZXNhbHRzYWx0$${'A'.repeat(43)}`;

describe('a hash from elsewhere', () => {
  it.for([
    ['$argon2id$v=19$m=65536,t=3,p=4', true],
    ['$argon2id$v=19$m=102400,t=2,p=8', true],
    ['$argon2i$v=19$m=4096,t=3,p=1', true],
    ['$argon2d$m=4096,t=3,p=1', true],
    ['$argon2id$v=19$m=4194304,t=1000,p=1', false],
    ['$argon2id$v=19$m=4194304,t=1,p=1', false],
    ['$argon2id$v=19$m=8,t=4294967295,p=1', false],
    ['$argon2id$v=19$m=131072,t=16,p=1', false],
    ['$argon2id$v=19$m=65536,t=1,p=16777215', false],
    ['$argon2id$v=19$m=99999999999999999999,t=1,p=1', false],
    ['$argon2id$v=19$m=-1,t=1,p=1', false],
    ['$argon2id$v=19$t=1,m=8,p=1', false],
  ] as const)('%s is looked at: %s', ([parameters, looked]) => expect(isAffordable(salted(parameters))).toBe(looked));

  it.for([
    ['$2b$04$', true],
    ['$2y$14$', true],
    ['$2b$15$', false],
    ['$2b$31$', false],
    ['$2x$99$', false],
  ] as const)('%s is looked at: %s', ([prefix, looked]) =>
    expect(isAffordable(`${prefix}${'.'.repeat(53)}`)).toBe(looked),
  );

  it('is read if it is not too much work', async () => {
    const hashes = [await bcrypt('from elsewhere', 5), await argon2('from elsewhere', { memoryCost: 64, timeCost: 4 })];
    for (const hash of hashes) expect(await verifyPassword('from elsewhere', hash)).toBe('nfc');
    expect(await verifyPassword('another', hashes[1] ?? '')).toBeNull();
  });

  it('that is too much work matches nothing, takes what every failure takes, and stays where it is', async () => {
    await using server = await startServer();
    const costly = ['$2b$31$'.padEnd(60, '.'), salted('$argon2id$v=19$m=4194304,t=4294967295,p=1')];
    for (const [index, passwordHash] of costly.entries()) {
      const account = { username: `old ${index}`, passwordHash, role: 'member' as const, createdAt: new Date() };
      const user = await server.store.users.insert(account);
      const credentials = { username: account.username, password: 'from elsewhere' };
      expect((await post(server, '/auth/login', undefined, credentials)).status).toBe(401);
      expect(await server.store.users.findByName(account.username)).toEqual(user);
    }
  });
});

describe('a password in several forms', () => {
  const [nfc, nfd] = ['Zoë 한글', 'Zoe\u0308 \u1112\u1161\u11ab\u1100\u1173\u11af'];
  const cheap = { memoryCost: 64, timeCost: 1 };

  it('is tried as it was typed, then in NFC', async () => {
    for (const hash of [(text: string) => argon2(text, cheap), (text: string) => bcrypt(text, 4)]) {
      expect(await verifyPassword(nfc, await hash(nfc))).toBe('nfc');
      expect(await verifyPassword(nfd, await hash(nfc))).toBe('nfc');
      expect(await verifyPassword(nfd, await hash(nfd))).toBe('typed');
      expect(await verifyPassword(nfd.toUpperCase(), await hash(nfc))).toBeNull();
      // compatibility forms are other passwords
      expect(await verifyPassword('２fast', await hash('2fast'))).toBeNull();
    }
  });

  it('is hashed in NFC', async () => {
    expect(await verifyPassword(nfc, await hashPassword(nfd))).toBe('nfc');
  });

  it('is never tried in a form that is too long to be hashed', async () => {
    // 108 bytes, and 72 in NFC; then 72, and 144 in NFC
    const [long, short] = ['e\u0308'.repeat(36), '\u0958'.repeat(24)];
    expect(spellingsOf(long)).toEqual(['ë'.repeat(36)]);
    expect(spellingsOf(short)).toEqual([short]);
    expect(await verifyPassword(long, await argon2('ë'.repeat(36), cheap))).toBe('nfc');
    expect(await verifyPassword(short, await argon2(short, cheap))).toBe('typed');
  });

  it('takes as long for each form when it fails, whatever the account', async () => {
    for (const hash of [null, 'no hash at all', await bcrypt('x', 4)]) {
      const start = performance.now();
      expect(await verifyPassword(nfd, hash)).toBeNull();
      expect(performance.now() - start).toBeGreaterThanOrEqual(795);
    }
  });
});

describe('passwords that come all at once', () => {
  it('are looked at some at a time, wait in a queue that has an end, and are taken again when it is shorter', async () => {
    const hash = await argon2('right', { memoryCost: 64, timeCost: 1 });
    const outcomes = await Promise.allSettled(Array.from({ length: 200 }, () => verifyPassword('right', hash)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(97);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(BusyError);
    expect(outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []))).toEqual(
      Array(103).fill('nfc'),
    );
    expect(await verifyPassword('right', await hashPassword('right'))).toBe('nfc');
  });

  it('get 503 over REST and GraphQL, and do not count as failed attempts', async () => {
    await using server = await startServer();
    let stopped = false;
    const crowd = async () => {
      while (!stopped)
        await verifyPassword('wrong', null).catch(() => new Promise((resolve) => setTimeout(resolve, 1)));
    };
    const crowds = Array.from({ length: 150 }, crowd);
    const credentials = { username: 'mia', password: 'wrong' };
    const query = 'mutation { signIn(input: { username: "mia", password: "wrong" }) { token } }';
    // a place may be free at this moment
    let byRest = await post(server, '/auth/login', undefined, credentials);
    while (byRest.status !== 503)
      byRest = await post(server, '/auth/login', undefined, { ...credentials, username: `${Math.random()}` });
    expect([byRest.headers.get('retry-after'), byRest.body.detail]).toEqual(['1', expect.stringContaining('Too many')]);
    let byGraphql = await server.send({ query });
    while (byGraphql.status !== 503) byGraphql = await server.send({ query });
    expect(byGraphql.headers.get('retry-after')).toBe('1');
    expect(byGraphql.body.errors[0].extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
    stopped = true;
    await Promise.all(crowds);
  });
});
