import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { expect, it } from 'vitest';
import { packagesOf } from '../../scripts/installed-packages.ts';
import { breakingChanges, lastRelease, lastTagged, noBreakingChanges } from '../../scripts/release/last-release.ts';
import { sbomOf } from '../../scripts/sbom.ts';
import { has, lacks, unless } from '../left-out.ts';
import { finished, start, temporaryFolder } from '../process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = (name: string, ...args: string[]) =>
  finished(start(args, {}, [process.execPath, join(root, `scripts/release/${name}.ts`)]));

it('after a release its schema is kept, and the changes that it came with are off the list', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.file('release'));
  const [released, later] = ['a', 'b'].map(
    (field) => `- change: FIELD_REMOVED Query.${field}\n  reason: It is gone.\n`,
  );
  writeFileSync(folder.file('schema.graphql'), 'type Query { c: Int }\n');
  writeFileSync(folder.file('released.yml'), `${released}`);
  writeFileSync(folder.file('release/breaking-changes.yml'), `${released}${later}`);
  const record = () =>
    script(
      'record',
      '1.2.3',
      '--root',
      folder.path,
      '--schema',
      folder.file('schema.graphql'),
      '--breaking',
      folder.file('released.yml'),
    );
  expect((await record()).code).toBe(0);
  expect(lastRelease(folder.path)).toEqual({ version: '1.2.3', sdl: 'type Query { c: Int }\n' });
  expect(breakingChanges(folder.path)).toEqual([{ change: 'FIELD_REMOVED Query.b', reason: 'It is gone.' }]);
  writeFileSync(folder.file('release/breaking-changes.yml'), `${released}`);
  await record();
  expect(readFileSync(folder.file('release/breaking-changes.yml'), 'utf8')).toBe(noBreakingChanges);
});

it('the bill of an image has what a scanner found, and what is bundled', async () => {
  using folder = temporaryFolder();
  const bundled = packagesOf(['graphql/index.js', 'pino/pino.js'].map((file) => join(root, 'node_modules', file)));
  const own = sbomOf(bundled, '## react - 19.0.0 (MIT)\n');
  const [sqlite] = own.components.filter(({ name }) => name === 'better-sqlite3');
  const scanned = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'container', name: 'image', 'bom-ref': 'image' } },
    components: [
      {
        type: 'library',
        'bom-ref': 'deb',
        name: 'libc6',
        version: '2.36',
        purl: 'pkg:deb/debian/libc6@2.36?arch=amd64',
      },
      {
        type: 'library',
        'bom-ref': 'by-syft',
        name: 'better-sqlite3',
        version: sqlite?.version,
        purl: `${sqlite?.purl}?package-id=1`,
      },
      {
        type: 'library',
        'bom-ref': 'server',
        name: 'cq-server',
        version: own.metadata.component.version,
        purl: own.metadata.component.purl,
      },
    ],
    dependencies: [{ ref: 'server', dependsOn: ['by-syft'] }],
  };
  writeFileSync(folder.file('image.json'), JSON.stringify(scanned));
  writeFileSync(folder.file('package.json'), JSON.stringify(own));
  expect((await script('image-sbom', folder.file('image.json'), folder.file('package.json'))).code).toBe(0);
  const text = readFileSync(folder.file('image.json'), 'utf8');
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
  const { components, dependencies } = JSON.parse(text);
  const names = components.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(['libc6', 'graphql', 'pino', 'react']));
  expect(names.filter((name: string) => name === 'better-sqlite3')).toHaveLength(1);
  const [{ ref, dependsOn }] = dependencies;
  expect(ref).toBe('server');
  expect(dependsOn).toEqual(expect.arrayContaining(['by-syft', expect.stringMatching(/^pkg:npm\/graphql@/)]));
});

it('the last release is that of the last tag, candidates left out', unless(!has('git'), lacks.git), () => {
  using folder = temporaryFolder();
  const identity = [
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@example.com',
    '-c',
    'commit.gpgSign=false',
    '-c',
    'tag.gpgSign=false',
  ];
  const git = (...args: string[]) => execFileSync('git', [...identity, ...args], { cwd: folder.path, stdio: 'pipe' });
  git('init', '--quiet');
  mkdirSync(folder.file('schema'));
  writeFileSync(folder.file('schema/b.graphql'), 'extend type Query { b: Int }\n');
  for (const version of ['0.9.0', '0.10.0', '0.11.0-rc.1', '0.11.0']) {
    writeFileSync(folder.file('schema/a.graphql'), `"Of ${version}."\ntype Query { a: Int }\n`);
    git('add', '.');
    git('commit', '--quiet', '--message', version);
    git('tag', `v${version}`);
  }
  expect(lastTagged(folder.path, '0.11.0')).toEqual({
    version: '0.10.0',
    sdl: expect.stringMatching(/^"Of 0\.10\.0\."\ntype Query \{\n {2}a: Int\n {2}b: Int\n\}\n/),
  });
  expect(lastTagged(folder.path, '0.12.0')?.version).toBe('0.11.0');
  git('checkout', '--quiet', '--orphan', 'another');
  git('commit', '--quiet', '--message', 'another');
  expect(lastTagged(folder.path, '0.12.0')).toBeNull();
});
