// Takes the pictures of the web page that README.md and docs/reviewing.md show, of the demo.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { browserProgram } from '../test/web/program.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/images');

interface Picture {
  readonly name: string;
  readonly path: string;
  /** What the page says when it has all that is to be seen. */
  readonly shows: string;
  readonly context?: BrowserContextOptions;
}

const laptop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const phone: BrowserContextOptions = { viewport: { width: 390, height: 760 }, isMobile: true, hasTouch: true };
const pictures: readonly Picture[] = [
  { name: 'review', path: '/review', shows: 'Near this' },
  { name: 'review-dark', path: '/review', shows: 'Near this', context: { colorScheme: 'dark' } },
  { name: 'review-phone', path: '/review', shows: 'Detail', context: phone },
];

const demo = spawn(process.execPath, [join(root, 'bin/cq-server.js'), 'demo'], {
  env: { ...process.env, CQ_PORT: '0', CQ_LOG_LEVEL: 'silent' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await addressOf(demo);
  const { path, env } = await browserProgram();
  const browser = await chromium.launch({
    executablePath: path,
    args: ['--disable-dev-shm-usage'],
    env: { ...(process.env as Record<string, string>), ...env },
  });
  mkdirSync(folder, { recursive: true });
  for (const { name, path: view, shows, context } of pictures) {
    const visit = await browser.newContext({ ...laptop, locale: 'en-GB', reducedMotion: 'reduce', ...context });
    const page = await visit.newPage();
    await signIn(page, url);
    await page.goto(url + view);
    await page.getByText(shows, { exact: true }).first().waitFor();
    // what comes after the first answer, such as what is near
    await page.waitForLoadState('load');
    await page.waitForTimeout(1000);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await visit.close();
    console.log(`docs/images/${name}.png`);
  }
  await browser.close();
} finally {
  demo.kill();
  await once(demo, 'exit');
}

/** Where the demo is, out of the first lines that it prints. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout as NodeJS.ReadableStream })) {
    const [url] = /http:\/\/localhost:\d+/.exec(line) ?? [];
    if (url) return url;
  }
  throw new Error('the demo did not start');
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Name').fill('rosa');
  await page.getByLabel('Password').fill('demo-password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Account of rosa' }).waitFor();
}
