import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { finished, start, temporaryFolder } from '../process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A checkout with what the page is built of, and how to build it there. */
function checkout() {
  const folder = temporaryFolder();
  for (const path of ['web', 'scripts/build-web.ts', 'package.json', 'package-lock.json', 'tsconfig.json'])
    cpSync(join(root, path), folder.file(path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), folder.file('node_modules'), 'junction');
  const build = (...options: string[]) =>
    finished(start(options, {}, [process.execPath, folder.file('scripts/build-web.ts')]));
  return {
    file: folder.file,
    /** As npm start does it. */
    ready: () => build('--if-stale', '--optional'),
    build,
    made: () => readdirSync(folder.file('dist-web'), { recursive: true, encoding: 'utf8' }).sort(),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const done = { code: 0, stdout: '', stderr: '' };

describe('the web page', () => {
  it('is built where it is missing or other than its sources, and else left as it is', async () => {
    using here = checkout();
    expect(await here.ready()).toEqual(done);
    const made = here.made();
    expect(made).toEqual(expect.arrayContaining(['index.html', '.sources', '.documents.json']));
    expect(made.filter((path) => /^assets.index-.+\.js(\.br|\.gz)?$/.test(path))).toHaveLength(3);
    // what is development's own would be in the bundle of another environment
    const script = made.find((path) => /index-.+\.js$/.test(path)) ?? '';
    expect(readFileSync(here.file(`dist-web/${script}`), 'utf8')).not.toContain('react-stack-bottom-frame');

    const mark = here.file('dist-web/mark.txt');
    writeFileSync(mark, 'of the build before');
    expect(await here.ready()).toEqual(done);
    expect(existsSync(mark)).toBe(true);
    const index = readFileSync(here.file('web/index.html'), 'utf8');
    writeFileSync(here.file('web/index.html'), index.replace('<title>cq</title>', '<title>another</title>'));
    expect(await here.ready()).toEqual(done);
    expect(existsSync(mark)).toBe(false);
    expect(readFileSync(here.file('dist-web/index.html'), 'utf8')).toContain('<title>another</title>');
    rmSync(here.file('dist-web'), { recursive: true });
    expect(await here.ready()).toEqual(done);
    expect(existsSync(here.file('dist-web/index.html'))).toBe(true);
  });

  it('is whole when several build it at once, and nothing else is left', async () => {
    using here = checkout();
    expect(await Promise.all([here.ready(), here.ready(), here.build()])).toMatchObject([
      done,
      done,
      { code: 0, stderr: '' },
    ]);
    const page = readFileSync(here.file('dist-web/index.html'), 'utf8');
    for (const [, path = ''] of page.matchAll(/(?:src|href)="\.\/([^"]+)"/g))
      expect(existsSync(here.file(`dist-web/${path}`))).toBe(true);
    expect(readdirSync(here.file('.cache/web'))).toEqual([]);
  });

  it('that cannot be built is one line, and no failure of the start', async () => {
    using here = checkout();
    writeFileSync(here.file('web/src/main.tsx'), 'import "./nothing.ts";');
    const { code, stdout, stderr } = await here.ready();
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(
      /^The web page could not be built, and the server starts without one: .+nothing\.ts.+ See npm run web:build\.\n$/,
    );
    expect(existsSync(here.file('dist-web'))).toBe(false);
    const told = await here.build();
    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining('nothing.ts')]);
  });

  it('of before stays when the new one cannot be built', async () => {
    using here = checkout();
    await here.ready();
    const before = here.made();
    writeFileSync(here.file('web/src/main.tsx'), 'const = 1;');
    expect((await here.ready()).stderr).toMatch(/the server starts with the one from before: /);
    expect(here.made()).toEqual(before);
  });
});
