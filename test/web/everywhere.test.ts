import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inviteUser } from '../../src/domain/invitations.ts';
import { startServer, type TestServer } from '../harness.ts';
import { lacks, unless } from '../left-out.ts';
import { expectAccessible, hasBrowser, useBrowser } from './browser.ts';

/** Each page with a heading or a text that is there once it is loaded. */
const places = [
  ['/review', 'Near this'],
  ['/find', 'Confidence and other words'],
  ['/find?q=confidence', 'words'],
  ['/units/UNIT', 'What happened'],
  ['/attention', 'Confidence and other words'],
  ['/attention?reason=near_repeats', 'Not the same'],
  ['/dashboard', 'Decisions by day'],
  ['/mine', 'Nothing proposed yet'],
  ['/mine/keys', 'test'],
  ['/mine/sessions', 'this one'],
  ['/mine/password', 'New password'],
  ['/connect', 'Claude Code'],
  ['/admin', 'Invited'],
  ['/invitation#cqi', 'This invitation cannot be used'],
  ['/admin/keys', 'Revoke'],
  ['/admin/audit', 'signIn.succeeded'],
  ['/admin/webhooks', 'No webhooks'],
  ['/admin/server', 'Searches by'],
  ['/admin/quarantine', 'Nothing is in quarantine'],
  ['/admin/erasures', 'Nothing was erased'],
] as const;

/** Those that are laid out in another way where there is little room. */
const onPhone: readonly string[] = [
  '/review',
  '/find?q=confidence',
  '/units/UNIT',
  '/attention',
  '/attention?reason=near_repeats',
  '/dashboard',
  '/connect',
  '/admin/audit',
];

describe('every page', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();
  let server: TestServer;
  let unit: string;
  beforeAll(async () => {
    server = await startServer();
    ({ id: unit } = await server.unit({ insight: { summary: 'Confidence and other words', detail: 'Use `a != b`.' } }));
    await server.unit({ status: 'pending' });
    const [one, other] = [
      await server.unit({ insight: { summary: 'One of two', detail: 'It is so.' } }),
      await server.unit({ insight: { summary: 'The other of two', detail: 'It is so.' } }),
    ];
    await server.store.nearRepeats.record(
      one,
      [{ id: other.id, version: 1, similarity: 1, basis: 'text' }],
      server.store.now(),
    );
    await inviteUser(server.store, { role: 'member', ttl: '1d' });
    await server.query(
      `mutation ($id: ID!) { flagKnowledgeUnit(input: { id: $id, reason: STALE, detail: "Old." }) { userErrors { message } } }`,
      { id: unit },
      server.people.member.key,
    );
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const visit = async (page: Page, path: string, text: string) => {
    await page.goto(server.url + path.replace('UNIT', unit));
    await page.getByText(text).first().waitFor();
  };

  it.for(['laptop', 'phone'] as const)('is without obstacles on a %s', async (size) => {
    const page = await browser.open({ url: server.url, as: 'ann', size });
    for (const [path, text] of size === 'phone' ? places.filter(([path]) => onPhone.includes(path)) : places) {
      await visit(page, path, text);
      if (size === 'phone') await expectAccessible(page, { rules: { 'color-contrast': { enabled: false } } });
      else {
        await expectAccessible(page);
        // of the other theme only the colours are others
        await page.emulateMedia({ colorScheme: 'dark' });
        await expectAccessible(page, { runOnly: ['color-contrast'] });
        await page.emulateMedia({ colorScheme: 'light' });
      }
      const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(wide, `${path} scrolls sideways`).toBeLessThanOrEqual(window ?? 0);
    }
  });

  it('is reached by keys, and the keys are shown', async () => {
    const page = await browser.open({ url: server.url, as: 'rob' }, '/review');
    await page.getByText('Near this').waitFor();
    // Find comes last: its field has the focus, and takes letters for itself
    const keys = { n: '/attention', d: '/dashboard', m: '/mine', c: '/connect', r: '/review', f: '/find' };
    for (const [key, path] of Object.entries(keys)) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.waitForURL(`**${path}**`);
    }
    await page.getByRole('searchbox').press('Escape');
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    await dialog.getByText('reject, with a note').waitFor();
    await expectAccessible(page);
    await dialog.getByLabel(/Single letters act/).uncheck();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.keyboard.press('a');
    expect(await page.getByText('Undo').count()).toBe(0);
  });

  it('is jumped to from the palette, and so are lessons', async () => {
    const page = await browser.open({ url: server.url, as: 'rob' }, '/dashboard');
    await page.getByText('Decisions by day').waitFor();
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Search or jump' });
    await field.fill('confidence');
    await page.getByRole('option', { name: /Confidence and other words/ }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/units/${unit}`);
    await page.keyboard.press('Control+k');
    await field.fill('atten');
    await page.getByRole('option', { name: /Attention/ }).click();
    await page.waitForURL('**/attention');
  });

  it('says what it is not for, and to whom', async () => {
    const page = await browser.open({ url: server.url, as: 'mia' }, '/admin');
    await page.getByText('This page is for administrators.').waitFor();
    expect(await page.getByRole('navigation').innerText()).not.toContain('Review');
    const nobody = await browser.open({ url: server.url }, '/review');
    await nobody.getByRole('heading', { name: 'Sign in' }).waitFor();
    await nobody.getByRole('link', { name: 'Look around without signing in' }).click();
    await nobody.getByRole('link', { name: 'Confidence and other words' }).click();
    await nobody.getByText('What happened').waitFor();
    expect(await nobody.getByRole('button', { name: 'Confirm' }).count()).toBe(0);
  });

  it('says that the server is away, and goes on when it is back', async () => {
    const page = await browser.open({ url: server.url, as: 'rob', tolerate: /Failed to load|ERR_/ }, '/find');
    await page.getByText('Confidence and other words').waitFor();
    await page.route('**/graphql', (route) => route.abort());
    await page.getByRole('searchbox').fill('confidence');
    await page.getByText('The server cannot be reached.').waitFor();
    await page.unroute('**/graphql');
    await page.getByText('1 result').waitFor();
    await page.getByText('The server cannot be reached.').waitFor({ state: 'detached' });
  });

  it('says what an error of the server is called there', async () => {
    const page = await browser.open({ url: server.url, as: 'rob' }, '/find');
    await page.getByText('Confidence and other words').waitFor();
    const errors = [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'r-17' } }];
    await page.route('**/graphql', (route) => route.fulfill({ json: { data: null, errors } }));
    await page.getByRole('searchbox').fill('anything');
    await page.evaluate(() => {
      history.pushState(null, '', 'attention');
    });
    await page.getByText('r-17').waitFor();
  });

  it('keeps the theme that was chosen', async () => {
    const page = await browser.open({ url: server.url, as: 'rob' }, '/find');
    const surface = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await surface();
    for (const name of ['Theme: system', 'Theme: light']) {
      await page.getByRole('button', { name: 'Account of rob' }).click();
      await page.getByRole('menuitem', { name }).click();
    }
    await expect.poll(surface).not.toBe(light);
    const dark = await surface();
    await page.reload();
    await expect.poll(surface).toBe(dark);
  });
});
