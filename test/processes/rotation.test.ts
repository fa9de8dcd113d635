import { expect, it } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { authenticate } from '../../src/domain/authenticate.ts';
import { openStore } from '../../src/store/open.ts';
import { post, run, startProcess, temporaryFolder } from '../process.ts';

const [old, next] = ['o', 'n'].map((letter) => ({
  jwt: letter.repeat(40),
  pepper: letter.toUpperCase().repeat(40),
})) as [Pair, Pair];
interface Pair {
  readonly jwt: string;
  readonly pepper: string;
}

const secretsOf = (current: Pair, previous?: Pair) => ({
  CQ_JWT_SECRET: current.jwt,
  CQ_API_KEY_PEPPER: current.pepper,
  ...(previous && { CQ_JWT_SECRET_PREVIOUS: previous.jwt, CQ_API_KEY_PEPPER_PREVIOUS: previous.pepper }),
});

/** The procedure of docs/deployment.md. */
it('secrets are rotated over two processes, and no token and no key is refused', async () => {
  using folder = temporaryFolder();
  const at = { CQ_DB_PATH: folder.file('cq.db') };
  const environment = { ...at, ...secretsOf(old) };
  await run(['user', 'add', 'mia', '--password-stdin'], environment, 'a long password');
  const create = async (name: string) =>
    (await run(['api-key', 'create', '--user', 'mia', '--name', name], environment)).stdout.trim();
  const [key, idle] = [await create('used'), await create('idle')];

  // both accept both: one has the new secrets already, the other one knows them
  const one = await startProcess({ ...at, ...secretsOf(old, next) });
  const two = await startProcess({ ...at, ...secretsOf(next, old) });
  const signIn = 'mutation { signIn(input: { username: "mia", password: "a long password" }) { token } }';
  const tokens = await Promise.all([one, two].map(async ({ url }) => (await post(url, signIn)).data.signIn.token));
  const whoAmI = '{ viewer { user { username } } }';
  for (const credential of [...tokens, key])
    for (const { url } of [one, two, one, two])
      expect((await post(url, whoAmI, {}, credential)).data.viewer.user.username).toBe('mia');

  // the last one to see the key hashed it with its own pepper
  const status = await run(['secrets', 'status'], { ...at, ...secretsOf(next, old) });
  expect(status.stdout.replaceAll(/[0-9a-f]{8}/g, 'FINGERPRINT')).toBe(
    'CQ_API_KEY_PEPPER\tFINGERPRINT\t1\nCQ_API_KEY_PEPPER_PREVIOUS\tFINGERPRINT\t1\n',
  );
  expect(status.stderr).toContain('1 active keys hang on a previous pepper until they are used.');
  expect(status.stdout + status.stderr).not.toMatch(/N{9}|O{9}/);
  await one.stop();
  expect((await post(two.url, whoAmI, {}, idle)).data.viewer.user.username).toBe('mia');
  await two.stop();

  // without the old ones: what was used goes on, and the token of the old secret has ended
  const done = await run(['secrets', 'status'], { ...at, ...secretsOf(next) });
  expect(done.stdout).toMatch(/^CQ_API_KEY_PEPPER\t[0-9a-f]{8}\t2\n$/);
  expect(done.stderr).toContain('No active key needs a previous pepper.');
  const store = await openStore(sqliteDatabase(at.CQ_DB_PATH), { migrate: false });
  const secrets = { jwtSecret: next.jwt, apiKeyPepper: next.pepper };
  const isGood = (credential: string) =>
    authenticate({ store, secrets }, `Bearer ${credential}`).then(
      () => true,
      () => false,
    );
  expect(await Promise.all([key, idle, ...tokens].map(isGood))).toEqual([true, true, false, true]);
  const { items } = await store.audit.list({ actions: ['apiKey.firstUsed'] }, { limit: 9 });
  expect(items.map(({ actorKind, address }) => [actorKind, address])).toEqual([
    ['agent', '127.0.0.1'],
    ['agent', '127.0.0.1'],
  ]);
  await store.close();
});
