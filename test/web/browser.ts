import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { password } from '../harness.ts';
import { browserProgram } from './program.ts';

export { hasBrowser } from './program.ts';

/** Where and as whom a page is opened. */
export interface Visit {
  /** Where the server is reached, with a path below which it is, and without a slash at the end. */
  readonly url: string;
  /** Who is signed in, by the password that everybody has in tests; nobody unless told. */
  readonly as?: string;
  /** The size of a laptop, unless told otherwise. */
  readonly size?: 'laptop' | 'phone' | 'wide';
  readonly theme?: 'light' | 'dark';
  /** What the console may say in this test, such as that a request got 401. */
  readonly tolerate?: RegExp;
  /** Further settings of the browser's context. */
  readonly context?: BrowserContextOptions;
}

export interface TestBrowser {
  /**
   * Opens a page as a visitor of its own: nothing is shared with the other pages. It is closed after the test; where the server is gone
   * before that, have it closed by `await using`.
   */
  open(visit: Visit, path?: string): Promise<Page>;
}

const sizes: Record<NonNullable<Visit['size']>, BrowserContextOptions> = {
  laptop: { viewport: { width: 1280, height: 800 } },
  wide: { viewport: { width: 1920, height: 1080 } },
  phone: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};

/**
 * A browser for the tests of a file, in a suite with `unless(!hasBrowser(), lacks.browser)`. A test fails when a page of its has said
 * anything in the console that is an error, thrown one, or asked for what its Content-Security-Policy refuses.
 */
export function useBrowser(): TestBrowser {
  let browser: Browser;
  const problems: string[] = [];

  beforeAll(async () => {
    const { path, env } = await browserProgram();
    // of what the machine shares between processes, containers have little
    const args = ['--disable-dev-shm-usage'];
    browser = await chromium.launch({
      executablePath: path,
      args,
      env: { ...(process.env as Record<string, string>), ...env },
    });
  });
  afterEach(async () => {
    for (const context of browser.contexts()) {
      // the page may be asking again, and what a test answers in the server's place is not there any more then
      for (const page of context.pages()) await page.unrouteAll({ behavior: 'ignoreErrors' });
      await context.close();
    }
    expect(problems.splice(0)).toEqual([]);
  });
  afterAll(() => browser?.close());

  return {
    async open({ url, as, size = 'laptop', theme = 'light', tolerate, context: further }, path = '/') {
      const context = await browser.newContext({
        ...sizes[size],
        colorScheme: theme,
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        // nothing to wait for
        reducedMotion: 'reduce',
        ...further,
      });
      // ends what hangs, and nothing else: how long a page takes says how busy the machine is
      context.setDefaultTimeout(300_000);
      const note = (problem: string) => {
        if (!tolerate?.test(problem)) problems.push(problem);
      };
      context.on('console', (message) => {
        if (message.type() === 'error') note(`console: ${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (error) => note(`thrown: ${error.error().stack ?? error.error()}`));
      if (as !== undefined) await context.addCookies([await sessionCookie(url, as)]);
      const page = await context.newPage();
      await page.goto(url + path);
      return page;
    },
  };
}

/** Signs in as the page does, and answers the cookie. */
async function sessionCookie(url: string, username: string) {
  const query = `mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { message } } }`;
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cq-web': '1', origin: new URL(url).origin },
    body: JSON.stringify({ query, variables: { input: { username, password } } }),
  });
  const [, name = '', value = '', path = ''] =
    /^(\w+)=([^;]+);.* Path=([^;]+);/.exec(response.headers.getSetCookie()[0] ?? '') ?? [];
  expect(name, await response.text()).toBe('cq_session');
  return { name, value, path, domain: new URL(url).hostname, httpOnly: true, sameSite: 'Strict' as const };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Expects that axe finds no violation of WCAG 2.2 AA, nor of its best practices, in the page as it is now. */
export async function expectAccessible(page: Page, options: RunOptions = {}): Promise<void> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(
    (given) => (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(given),
    options,
  );
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`),
  );
  expect(found).toEqual([]);
}
