import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../harness.ts';
import { lacks, unless } from '../left-out.ts';
import { temporaryFolder } from '../process.ts';
import { expectAccessible, hasBrowser, useBrowser } from './browser.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const filesIn = (folder: string) => readdirSync(join(root, folder)).map((file) => join(root, folder, file));
const textOf = (file: string) => readFileSync(file, 'utf8');

it('the page of components shows each of the design, but the parts that others fetch', () => {
  const page = filesIn('web/src/pages/components').map(textOf).join();
  const parts = ['dialog-popup.tsx', 'menu-popup.tsx', 'toast-list.tsx', 'toast.tsx'];
  const components = readdirSync(join(root, 'web/src/design')).filter((file) => file.endsWith('.tsx'));
  expect(components.filter((file) => !parts.includes(file) && !page.includes(`design/${file}'`))).toEqual([]);
});

it('what is built for people has no page of components', () => {
  const built = filesIn('dist-web/assets').filter((file) => /\.(?:js|css)$/.test(file));
  expect(built.length).toBeGreaterThan(10);
  expect(built.filter((file) => /components-theme|Every component of the design/.test(textOf(file)))).toEqual([]);
});

describe('the page of components', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();

  it('has both themes side by side in development, without obstacles', async () => {
    await using server = await startServer();
    using cache = temporaryFolder();
    const vite = await createServer({
      configFile: join(root, 'web/vite.config.ts'),
      cacheDir: cache.file('vite'),
      logLevel: 'silent',
      server: { port: 0, host: '127.0.0.1', hmr: false, proxy: { '/graphql': { target: server.url } } },
    });
    onTestFinished(() => vite.close());
    await vite.listen();
    const [url = ''] = vite.resolvedUrls?.local ?? [];
    await using page = await browser.open({ url: url.replace(/\/$/, '') }, '/components');
    for (const theme of ['light', 'dark'])
      await page.getByRole('region', { name: theme, exact: true }).getByRole('button', { name: 'Primary' }).waitFor();
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page, { runOnly: ['color-contrast'] });
  });
});
