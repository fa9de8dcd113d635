import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { finished, run, start, startProcess, temporaryFolder } from './process.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const npm = async (folder: string, ...args: string[]) =>
  (await promisify(execFile)('npm', args, { cwd: folder, shell: process.platform === 'win32', maxBuffer: 1e8 })).stdout;

const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

/** As a frontend is compiled: strictly, for a browser, declarations of packages included. */
const compile = (folder: string, file: string) =>
  promisify(execFile)(
    process.execPath,
    [compiler, '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom', '--types', '', file],
    { cwd: folder },
  );

const node = async (folder: string, ...args: string[]) =>
  JSON.parse((await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout);

/** What `npm ls --json` prints. */
interface Tree {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Tree>>;
}

describe('the package', () => {
  it('works when it is installed elsewhere', async () => {
    using folder = temporaryFolder();
    const [packed] = JSON.parse(
      (await npm(root, 'pack', '--json', '--pack-destination', folder.path)).replace(/^[^[]*(?=\[\s*\{)/, ''),
    );
    const paths: string[] = packed.files.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'bin/cq-server.js',
        'dist/src/cli.js',
        'dist/schema/base.graphql',
        'dist/schema.graphql',
        'dist/src/mcp/operations/query.graphql',
        'dist/src/client/index.d.ts',
        'README.md',
        'LICENSE',
      ]),
    );
    expect(paths.filter((path) => /(^|\/)test\/|(?<!\.d)\.ts$/.test(path))).toEqual([]);
    expect(packed.unpackedSize).toBeLessThan(1_000_000);

    writeFileSync(folder.file('package.json'), '{ "name": "elsewhere", "private": true, "type": "module" }');
    await npm(
      folder.path,
      'install',
      `./${packed.filename}`,
      '--prefer-offline',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    );
    const command = [process.execPath, folder.file('node_modules/cq-server/bin/cq-server.js')];
    const version = await finished(start(['--version'], {}, command));
    expect(version).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db') }, ['serve'], command);
    const answer = await fetch(`${server.url}/graphql?query={serverInfo{version}}`);
    expect(await answer.json()).toEqual({ data: { serverInfo: { version: manifest.version } } });
    const tools = await fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect((await tools.json()).result.tools).toHaveLength(5);

    const schema = join(folder.path, 'node_modules/cq-server/dist/schema.graphql');
    expect(readFileSync(schema, 'utf8')).toBe(await (await fetch(`${server.url}/schema.graphql`)).text());
    for (const file of ['frontend.ts', 'mistaken.ts']) copyFileSync(join(root, 'test/client', file), folder.file(file));
    await compile(folder.path, 'frontend.ts');
    expect(await node(folder.path, 'frontend.js', server.url)).toEqual({
      found: [],
      refusal: 'UNAUTHENTICATED',
      schema,
    });
    await expect(compile(folder.path, 'mistaken.ts')).rejects.toMatchObject({
      stdout: expect.stringMatching(/mistaken\.ts\(5,.*\n.*mistaken\.ts\(7,/),
    });
    expect((await server.stop()).code).toBe(0);
  });

  it('pins every dependency, and installs without running anything but what it allows', () => {
    const versions = Object.values<string>({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-beta\.\d+)?$/.test(version))).toEqual([]);
    const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
    const scripted = Object.entries<{ hasInstallScript?: boolean; version: string; dev?: boolean }>(lock.packages)
      .filter(([path, { hasInstallScript, dev }]) => path !== '' && hasInstallScript && !dev)
      .map(([path]) => path);
    expect(scripted).toEqual([]);
  });

  it('has one copy of graphql', async () => {
    const copies = new Set<string>();
    const walk = ({ dependencies = {} }: Tree) => {
      for (const [name, dependency] of Object.entries(dependencies)) {
        if (name === 'graphql') copies.add(String(dependency.version));
        walk(dependency);
      }
    };
    walk(JSON.parse(await npm(root, 'ls', 'graphql', '--all', '--json')));
    expect([...copies]).toEqual([manifest.dependencies.graphql]);
  });
});

it('a Node that is too old gets one clear sentence', async () => {
  using folder = temporaryFolder();
  const older =
    "Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); Object.defineProperty(process, 'version', { value: 'v20.20.2' });";
  writeFileSync(folder.file('older.cjs'), older);
  const { code, stdout, stderr } = await run(['--version'], { NODE_OPTIONS: `--require ${folder.file('older.cjs')}` });
  expect([code, stdout, stderr]).toEqual([78, '', 'cq-server needs Node 22.18 or newer, and this is v20.20.2.\n']);
});
