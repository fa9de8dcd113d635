import { execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

/** What the packages may take, in bytes: GraphiQL is most of the server. */
const limits = {
  'cq-server': { packed: 6_000_000, unpacked: 20_000_000 },
  'cq-client': { packed: 16_000, unpacked: 80_000 },
};
/** The whole client, bundled, minified and compressed. */
const clientLimit = 1600;
/** The client with one operation, as most use it. */
const operationLimit = 1100;

/** What has to be in the packages. */
const required = {
  'cq-server': [
    'bin/cq-server.js',
    'dist/server/cli.js',
    'dist/schema.graphql',
    'dist/sbom.cdx.json',
    'dist/THIRD-PARTY-LICENSES.txt',
    'dist/dist-web/index.html',
    'dist/dist-web/THIRD-PARTY-LICENSES.md',
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
  ],
  'cq-client': ['dist/index.js', 'dist/index.d.ts', 'LICENSE', 'README.md'],
};
/** What cannot be in a package: sources, tests, and what is of one machine. */
const foreign = /(^|\/)(test|node_modules|\.git|\.cache|\.env|data)(\/|$)|(?<!\.d)\.ts$|\.(db|tgz|pem|key|map)$/;

type Name = keyof typeof limits;
const names = Object.keys(limits) as Name[];
const tarball = (folder: string, name: Name, version: string) => join(folder, `${name}-${version}.tgz`);

/**
 * Installs the tarballs into an empty folder as npm does it, without a network: the dependencies of the server, which have binaries, are those of the
 * checkout. Then the command has to tell its version, and a program has to import the client.
 */
export function install(root: string, folder: string, target: string, version: string): string[] {
  const files = names.map((name) => tarball(folder, name, version));
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) return missing.map((file) => `there is no ${file}`);
  mkdirSync(target);
  const run = (file: string, ...args: string[]) =>
    execFileSync(file, args, { cwd: target, encoding: 'utf8', shell: file === 'npm' && process.platform === 'win32' });
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const link = join(target, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link, 'junction');
  }
  writeFileSync(join(target, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
  run(
    'npm',
    'install',
    ...files,
    '--offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--loglevel=error',
  );
  const told = run(process.execPath, join(target, 'node_modules/cq-server/bin/cq-server.js'), '--version').trim();
  const program = 'import("cq-client").then(({ createClient }) => console.log(typeof createClient))';
  const imported = run(process.execPath, '--eval', program).trim();
  return [
    ...(told === version ? [] : [`cq-server says that it is ${told}`]),
    ...(imported === 'function' ? [] : ['cq-client exports no createClient']),
  ];
}

/** What is wrong with the contents, the size and the manifest of each package. */
export async function packageProblems(root: string, folder: string, target: string): Promise<string[]> {
  const problems = names.flatMap((name) => {
    const place = join(target, 'node_modules', name);
    const files = readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(place.length + 1)
          .replaceAll('\\', '/'),
      );
    const manifest = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
    const packed = statSync(tarball(folder, name, manifest.version)).size;
    const unpacked = files.reduce((sum, file) => sum + statSync(join(place, file)).size, 0);
    return [
      ...required[name].filter((file) => !files.includes(file)).map((file) => `has no ${file}`),
      ...files.filter((file) => foreign.test(file)).map((file) => `has ${file}`),
      ...(packed > limits[name].packed ? [`takes ${packed} bytes packed, and may take ${limits[name].packed}`] : []),
      ...(unpacked > limits[name].unpacked ? [`takes ${unpacked} bytes, and may take ${limits[name].unpacked}`] : []),
      ...manifestProblems(manifest, place),
    ].map((problem) => `${name} ${problem}`);
  });
  const client = (file: string) => readFileSync(join(target, 'node_modules', file));
  const differing = globSync('*', { cwd: join(target, 'node_modules/cq-client/dist') }).filter(
    (file) => !client(`cq-client/dist/${file}`).equals(client(`cq-server/dist/src/client/${file}`)),
  );
  const own = JSON.parse(readFileSync(join(root, 'packages/cq-client/package.json'), 'utf8'));
  if (own.private !== true)
    problems.push('packages/cq-client/package.json is not private: a checkout could be published');
  return [
    ...problems,
    ...differing.map((file) => `cq-client has another ${file} than cq-server/client`),
    ...(await sizes(target)),
  ];
}

/** What is in a manifest and is not for those who install it, or leads nowhere. */
function manifestProblems(manifest: Record<string, unknown>, place: string): string[] {
  const inside = Object.keys(manifest).filter((key) =>
    ['private', 'scripts', 'devDependencies', 'overrides', 'workspaces', 'bundleDependencies'].includes(key),
  );
  const kinds = ['dependencies', 'optionalDependencies', 'peerDependencies'];
  const needed = kinds.flatMap((kind) => Object.entries((manifest[kind] ?? {}) as Record<string, string>));
  const wrong = needed.filter(([name, range]) => /^node-/.test(name) || !/^\d+\.\d+\.\d+$/.test(range));
  const targets = [...pathsIn(manifest.exports), ...pathsIn(manifest.bin)];
  return [
    ...inside.map((key) => `has ${key} in its manifest`),
    ...wrong.map(([name, range]) => `needs ${name} ${range}`),
    ...targets.filter((path) => !existsSync(join(place, path))).map((path) => `exports ${path}, which is not there`),
    ...(manifest.name === 'cq-client' && needed.length > 0 ? ['has dependencies'] : []),
    ...(typeof manifest.license === 'string' && manifest.description ? [] : ['has no licence or description']),
  ];
}

/** Every path in `exports` or `bin`, but for patterns. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('*') ? [] : [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(pathsIn) : [];
}

/** What the client adds to a page. */
async function sizes(target: string): Promise<string[]> {
  const measured = [
    { what: 'the whole client', program: 'export * from "cq-client";', limit: clientLimit },
    {
      what: 'the client with one operation',
      program:
        'import { createClient, SearchDocument } from "cq-client"; export const found = () => createClient({ url: "" }).request(SearchDocument);',
      limit: operationLimit,
    },
  ];
  const problems: string[] = [];
  for (const { what, program, limit } of measured) {
    const input = join(target, 'page.js');
    writeFileSync(input, program);
    const bundled = await rolldown({ cwd: target, input, platform: 'browser', logLevel: 'silent' });
    const { output } = await bundled.generate({ minify: true });
    await bundled.close();
    const size = gzipSync(output[0].code, { level: 9 }).length;
    if (size > limit) problems.push(`${what} adds ${size} bytes to a page, and may add ${limit}`);
  }
  return problems;
}
