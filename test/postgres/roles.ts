import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { administer, databaseUrl } from './administer.ts';
import { postgres } from './databases.ts';

/** A database of an owner, and a role that owns nothing, as docs/deployment.md makes them. */
export interface DividedDatabase extends AsyncDisposable {
  readonly owner: Role;
  readonly app: Role;
  /** Runs statements as the superuser. */
  query<Row extends object = object>(text: string, values?: unknown[]): Promise<Row[]>;
}

export interface Role {
  readonly name: string;
  readonly url: string;
}

/** The script of the page, for roles and a database of other names: those of the page may be there. */
function scriptOf(names: Readonly<Record<string, string>>): string[] {
  const page = readFileSync(new URL('../../docs/deployment.md', import.meta.url), 'utf8');
  const script = /<!-- script: rights -->\s*```sql\n([\s\S]*?)```/.exec(page)?.[1];
  if (!script) throw new Error('docs/deployment.md has no script of rights');
  return script.replace(/\bcq(_owner|_app)?\b(?!')/g, (name) => names[name] ?? name).split(/\\connect .*/);
}

export async function createDividedDatabase(): Promise<DividedDatabase> {
  const { url: server, vectorEngine } = await postgres();
  const name = `cq_test_${randomBytes(6).toString('hex')}`;
  const [owner, app] = [`${name}_owner`, `${name}_app`];
  const [onServer = '', inDatabase = ''] = scriptOf({ cq: name, cq_owner: owner, cq_app: app });
  for (const statement of onServer.split(';\n')) if (statement.trim()) await administer(server, statement);
  const url = databaseUrl(server, name);
  // without pgvector the page says to leave the line out
  const withVectors = (line: string) => vectorEngine !== null || !line.includes('extension');
  await administer(url, inDatabase.split('\n').filter(withVectors).join('\n'));
  const roleUrl = (role: string, password: string) => {
    const own = new URL(url);
    own.username = role;
    own.password = password;
    return { name: role, url: own.href };
  };
  return {
    owner: roleUrl(owner, 'PASSWORD'),
    app: roleUrl(app, 'ANOTHER PASSWORD'),
    query: (text, values) => administer(url, text, values),
    async [Symbol.asyncDispose]() {
      await administer(server, `drop database if exists ${name} with (force)`);
      for (const role of [app, owner]) await administer(server, `drop role if exists ${role}`);
    },
  };
}
