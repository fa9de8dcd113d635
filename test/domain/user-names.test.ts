import { describe, expect } from 'vitest';
import { createUser, signIn } from '../../src/domain/account.ts';
import { hashPassword } from '../../src/domain/passwords.ts';
import type { Store } from '../../src/store/store.ts';
import { inMemory as it } from '../store/sqlite-fixture.ts';

const password = 'correct horse';
const add = (store: Store, username: string) => createUser(store, { username, password, role: 'member' });

describe('the name of a new account', () => {
  it.for<[string, string]>([
    ['', 'username must have at least 1 character, got 0.'],
    ['\u200b', 'username must have a character that shows.'],
    ['\u3164\u2800', 'username must have a character that shows.'],
    [' ann', 'username must not begin or end with a space.'],
    ['an\u0000n', 'username must not contain NUL or unpaired surrogates.'],
    ['an\ud800n', 'username must not contain NUL or unpaired surrogates.'],
    ['a\nn', 'U+000A'],
    ['a\u001b[31mn', 'U+001B'],
    ['a\u0085n', 'U+0085'],
    ['ann\u202egpj', 'U+202E'],
    ['ann\u2066x', 'U+2066'],
    ['an\u200dn', 'U+200D'],
    ['an\u00adn', 'U+00AD'],
    ['an\ufe0fn', 'U+FE0F'],
    ['an\u2028n', 'U+2028'],
    ['an\u3164n', 'U+3164'],
    ['an\u2800n', 'U+2800'],
    ['an\u{e0041}n', 'U+E0041'],
    ['an\ue000n', 'U+E000'],
    ['an\u00a0n', 'U+00A0'],
    ['\u0301ann', 'username must not begin with a combining mark.'],
  ])('is not %j', async ([username, said], { store }) => {
    await expect(add(store, username)).rejects.toMatchObject({
      problems: [{ path: ['username'], message: expect.stringContaining(said) }],
    });
    expect(await store.users.count()).toBe(0);
  });

  it.for<[string, string]>([
    ['admin', 'аdmin'],
    ['admin', 'ADMIN'],
    ['admin', 'ａｄｍｉｎ'],
    ['Paul', 'PauI'],
    ['Paul', 'pau1'],
    ['PauI', 'paul'],
    ['mia', 'MIA'],
    ['MIA', 'rnia'],
    ['b0b', 'Bob'],
    ['root', 'rοοt'],
    ['greg', 'ɡreg'],
    ['straße', 'STRASSE'],
    ['ian', 'ıan'],
    ['İan', 'ian'],
    ['σοφος', 'ΣΟΦΟΣ'],
    ['a b', 'a  b'],
    ['日本', '曰本'],
  ])('%s is not mistaken for %s', async ([there, asked], { store }) => {
    await add(store, there);
    await expect(add(store, asked)).rejects.toMatchObject({
      problems: [{ path: ['username'], message: `The user name "${asked}" looks like "${there}", which is taken.` }],
    });
    expect(await store.users.findByName(asked)).toBeNull();
  });

  it('may be close to another that looks different, and in any script', async ({ store }) => {
    for (const name of [
      'ann',
      'anne',
      'zoe',
      'zoé',
      'user1',
      'user2',
      'a-b',
      'a_b',
      'ann b',
      '😀',
      '한국',
      '日木',
      'ёлка',
    ])
      expect(await add(store, name)).toMatchObject({ username: name });
  });

  it('is kept in NFC, and taken in every form', async ({ store }) => {
    expect(await add(store, 'zoe\u0308')).toMatchObject({ username: 'zoë' });
    await expect(add(store, 'zoe\u0308')).rejects.toThrow('The user name "zoë" is taken.');
  });

  it('goes to one of many who ask at once for names that look alike', async ({ store }) => {
    const names = ['admin', 'Admin', 'аdmin', 'ADMIN', 'adrnin', 'ａdmin'];
    const outcomes = await Promise.allSettled(names.map((name) => add(store, name)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await store.users.count()).toBe(1);
  });
});

describe('the name of an account that is there', () => {
  it('stays what it is, and is signed in with exactly', async ({ store }) => {
    const passwordHash = await hashPassword(password);
    for (const username of ['ann', 'Ann', 'аnn', 'an\u200bn', ' ann', 'ann\u202e'])
      await store.users.insert({ username, passwordHash, role: 'member', createdAt: new Date() });
    const secrets = { jwtSecret: 'j'.repeat(32), apiKeyPepper: 'p'.repeat(32) };
    for (const username of ['ann', 'Ann', 'аnn', 'an\u200bn', ' ann', 'ann\u202e'])
      expect((await signIn(store, secrets, { username, password })).user.username).toBe(username);
  });
});
