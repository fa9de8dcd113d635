import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { changelogProblems, sectionsOf, withRelease } from '../../scripts/release/changelog.ts';
import { announce, announced, announcements, readmeProblems } from '../../scripts/release/readmes.ts';
import { setVersions, versionProblems, versionsIn } from '../../scripts/release/versions.ts';
import { finished, start, temporaryFolder } from '../process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What of a checkout names its version. */
function checkout() {
  const folder = temporaryFolder();
  for (const file of new Set([
    ...versionsIn(root).map((place) => place.file),
    'CHANGELOG.md',
    'packages/cq-client/README.md',
  ])) {
    mkdirSync(dirname(folder.file(file)), { recursive: true });
    cpSync(join(root, file), folder.file(file));
  }
  return {
    ...folder,
    read: (file: string) => readFileSync(folder.file(file), 'utf8'),
    [Symbol.dispose]: folder[Symbol.dispose],
  };
}

describe('the version', () => {
  it('is the same wherever it stands, and stands where it should', () => {
    expect(versionProblems(root)).toEqual([]);
    const files = new Set(versionsIn(root).map(({ file }) => file));
    expect([...files]).toEqual(
      expect.arrayContaining([
        'package-lock.json',
        'packages/cq-client/package.json',
        'Dockerfile',
        'README.md',
        'docker-compose.yml',
      ]),
    );
  });

  it('is changed everywhere at once, and nothing else is', () => {
    using here = checkout();
    const before = versionsIn(here.path);
    setVersions(here.path, '10.20.30-rc.1');
    expect(versionProblems(here.path)).toEqual([]);
    expect(versionsIn(here.path)).toEqual(before.map((place) => ({ ...place, version: '10.20.30-rc.1' })));
    setVersions(here.path, manifest.version);
    for (const { file } of before) expect(here.read(file)).toBe(readFileSync(join(root, file), 'utf8'));
  });

  it('that is another one in one place is told with the place', () => {
    using here = checkout();
    writeFileSync(here.file('Dockerfile'), `FROM a\n${here.read('Dockerfile').replace(/(ARG VERSION=).*/, '$19.9.9')}`);
    expect(versionProblems(here.path)).toEqual([
      expect.stringMatching(/^Dockerfile:\d+ has version 9\.9\.9, package\.json /),
    ]);
    writeFileSync(here.file('Dockerfile'), 'FROM a\n');
    expect(versionProblems(here.path)).toEqual([expect.stringContaining('Dockerfile does not name the version')]);
  });
});

describe('the changelog', () => {
  const text = '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- This.\n\n## [0.1.0] - 2026-01-31\n\n- First.\n';

  it('of this checkout has a section for what is next', () => {
    expect(changelogProblems(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), manifest.version, false)).toEqual([]);
  });

  it('is read in sections, and gets one with a release', () => {
    expect(sectionsOf(text)).toEqual([
      { name: 'Unreleased', date: undefined, text: '### Added\n\n- This.' },
      { name: '0.1.0', date: '2026-01-31', text: '- First.' },
    ]);
    const released = withRelease(text, '0.2.0', '2026-02-28');
    expect(sectionsOf(released).map(({ name, date, text: each }) => [name, date, each])).toEqual([
      ['Unreleased', undefined, ''],
      ['0.2.0', '2026-02-28', '### Added\n\n- This.'],
      ['0.1.0', '2026-01-31', '- First.'],
    ]);
    expect(changelogProblems(released, '0.2.0', true)).toEqual([]);
  });

  it.for([
    ['0.2.0', true, text, 'has no section [0.2.0]'],
    ['0.2.0', false, text.replace('### Added\n\n- This.\n', ''), 'nothing under [Unreleased]'],
    ['0.1.0', true, text.replace('- First.', ''), 'says nothing under [0.1.0]'],
    ['0.1.0', true, text.replace(' - 2026-01-31', ''), '[0.1.0] needs a date'],
    ['0.2.0', false, `${text}\n## [0.0.1] - 2026-03-31\n\n- Earlier.\n`, 'newest first'],
  ] as const)('for %s, released: %s, is told what it lacks', ([version, released, changelog, problem]) => {
    expect(changelogProblems(changelog, version, released)).toEqual([expect.stringContaining(problem)]);
  });

  it('with a heading of another form is refused', () => {
    expect(() => sectionsOf('## 0.1.0\n')).toThrow('"## 0.1.0" is not of the form');
  });
});

it('a release is prepared by one command, once', async () => {
  using here = checkout();
  const prepare = (...args: string[]) =>
    finished(
      start([...args, '--root', here.path, '--date', '2026-01-31'], {}, [
        process.execPath,
        join(root, 'scripts/release/prepare.ts'),
      ]),
    );
  expect(await prepare('9.8.7')).toMatchObject({ code: 0, stdout: expect.stringContaining('9.8.7 of 2026-01-31') });
  expect(versionProblems(here.path)).toEqual([]);
  expect(changelogProblems(here.read('CHANGELOG.md'), '9.8.7', true)).toEqual([]);
  expect((await prepare('9.8.7')).stderr).toContain('has 9.8.7 already');
  expect((await prepare('next')).stderr).toContain('"next" is no version such as 0.2.0');
});

describe('the READMEs', () => {
  const [server, client] = announcements;
  if (!server || !client) throw new Error('two packages are announced');

  it.for(announcements)(
    '$file takes nothing from the registry, unless it was put there after a release',
    ({ file }) => {
      expect(readmeProblems(file, readFileSync(join(root, file), 'utf8'), false)).toEqual([]);
    },
  );

  it('name what is published, once', () => {
    using here = checkout();
    expect(announce(here.path, ['cq-client'])).toEqual([here.file('packages/cq-client/README.md')]);
    expect(here.read('README.md')).toBe(readFileSync(join(root, 'README.md'), 'utf8'));
    expect(announce(here.path, ['cq-server', 'cq-client'])).toEqual([here.file('README.md')]);
    // the first command of all, before what needs a clone
    expect(here.read('README.md').match(/```sh\n(.*)\n/)?.[1]).toBe('npx cq-server');
    expect(here.read('packages/cq-client/README.md')).toContain('\nnpm install cq-client\n');
    expect(announce(here.path, ['cq-server', 'cq-client'])).toEqual([]);
    for (const { file } of announcements) {
      expect(readmeProblems(file, here.read(file), true)).toEqual([]);
      expect(readmeProblems(file, here.read(file), false)).toEqual([
        expect.stringContaining('there has been no release'),
      ]);
    }
  });

  it('get the text of today in the place of an older one', () => {
    const older = announced(`a\n${server.mark}\nb\n`, { ...server, text: 'older' });
    expect(announced(older, server)).toBe(announced(`a\n${server.mark}\nb\n`, server));
    expect(() => announced('nothing', server)).toThrow('README.md has to have the line <!-- published: start --> once');
  });

  it.for([
    'npx cq-server',
    'npx --yes cq-server serve',
    'npm install -g cq-server',
    'npm i cq-client',
    'pnpm add cq-client',
    'npm exec cq-server',
  ])('are told of `%s`', (command) => {
    const readme = `${server.mark}\n\n    ${command}\n`;
    expect(readmeProblems('README.md', readme, true)).toEqual([
      `README.md takes a package from the registry: "${command}"`,
    ]);
  });

  it('may install a tarball, and run what is in the checkout', () => {
    const readme = `${server.mark}\nnpm install -g ./cq-server-0.1.0.tgz\nnpx --no cq-server user add ada\ncq-server serve\n`;
    expect(readmeProblems('README.md', readme, false)).toEqual([]);
  });
});
