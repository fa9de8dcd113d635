import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnowledgeUnit } from '../../../src/store/store.ts';
import { startServer, type TestServer, type UnitChanges } from '../../harness.ts';
import { lacks, unless } from '../../left-out.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../browser.ts';

/** Past what a decision waits. */
const undoMs = 8000;

describe('reviewing in a browser', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ CQ_REPEAT_CHECK: 'on' });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Units that wait, of a domain that is this test's own: the others' are in the queue too. */
  async function propose(domain: string, count: number, changes: UnitChanges = {}): Promise<KnowledgeUnit[]> {
    const units: KnowledgeUnit[] = [];
    for (let index = 0; index < count; index++)
      units.push(
        await server.unit({
          status: 'pending',
          domains: [domain],
          insight: { summary: `${domain} ${index + 1}` },
          ...changes,
        }),
      );
    return units;
  }
  const open = (domain: string, visit: object = {}) =>
    browser.open({ url: server.url, as: 'rob', ...visit }, `/review?q=${domain}`);
  const shows = (page: Page, summary: string) => page.getByRole('article', { name: summary, exact: true }).waitFor();
  const decided = async (units: readonly KnowledgeUnit[]) =>
    (await Promise.all(units.map(({ id }) => server.store.units.find(id)))).map((unit) => unit?.status);
  /** Leaves the page, which sends what waits. */
  const leave = (page: Page) => page.goto('about:blank');

  it('decides over 30 proposals in one go by keyboard', async () => {
    const units = await propose('many', 30);
    const page = await open('many');
    for (const [index, { insight }] of units.entries()) {
      await shows(page, insight.summary);
      if (index % 3 === 2) {
        await page.keyboard.press('r');
        await page.getByLabel('Note for the proposer').waitFor();
        await page.keyboard.press('2');
        await page.keyboard.press('Enter');
      } else await page.keyboard.press('a');
    }
    await page
      .getByRole('heading', { name: 'Nothing that this filter lets through' })
      .or(page.getByText('Nothing waits'))
      .waitFor();
    expect(await decided(units)).not.toContain('rejected');
    await leave(page);
    const expected = units.map((_, index) => (index % 3 === 2 ? 'rejected' : 'approved'));
    await expect.poll(() => decided(units)).toEqual(expected);
    const rejected = await server.store.units.find(units[2]?.id ?? '');
    expect(rejected?.review).toMatchObject({
      reviewedBy: 'rob',
      note: 'Says what is already known; see the unit near it.',
    });
  });

  it('takes a decision back for 8 s, and sends nothing before', async () => {
    const units = await propose('undo', 2);
    const page = await open('undo');
    await page.clock.install();
    await shows(page, 'undo 1');
    await page.keyboard.press('a');
    await shows(page, 'undo 2');
    await page.keyboard.press('u');
    await shows(page, 'undo 1');
    await page.clock.fastForward(2 * undoMs);
    expect(await decided(units)).toEqual(['pending', 'pending']);
    await page.keyboard.press('a');
    await shows(page, 'undo 2');
    await page.clock.fastForward(undoMs);
    await expect.poll(() => decided(units)).toEqual(['approved', 'pending']);
  });

  it('says who was first where somebody was', async () => {
    const [unit] = await propose('first', 2);
    const page = await open('first');
    await page.clock.install();
    await shows(page, 'first 1');
    await page.keyboard.press('a');
    await shows(page, 'first 2');
    await reject(unit, 'Not so.');
    await page.clock.fastForward(undoMs);
    await page.getByText('Decided before you: first 1').waitFor();
    await page.getByText('ann had rejected it already.').waitFor();
  });

  it('shows what others decide, and goes on by any key', async () => {
    const [unit] = await propose('live', 2);
    const page = await open('live');
    await shows(page, 'live 1');
    await reject(unit, 'Seen before.');
    // where nothing tells the page at once, it asks each 15 s, and when somebody looks at it again
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByText(/Rejected by\s+ann/).waitFor();
    await page.keyboard.press('a');
    await shows(page, 'live 2');
  });

  it('keeps its place over a reload, and shows a colleague the same', async () => {
    await propose('place', 3);
    const page = await open('place');
    await shows(page, 'place 1');
    await page.keyboard.press('j');
    await shows(page, 'place 2');
    await page.reload();
    await shows(page, 'place 2');
    const colleague = await browser.open({ url: server.url, as: 'ann' }, new URL(page.url()).pathname);
    await shows(colleague, 'place 2');
  });

  it('approves what it has amended, and keeps what was typed', async () => {
    const [unit] = await propose('amend', 2);
    const page = await open('amend');
    await shows(page, 'amend 1');
    await page.keyboard.press('e');
    await page.getByLabel('Action').fill('Do it the other way.');
    await page.getByRole('button', { name: 'Back, and keep what I typed' }).click();
    await shows(page, 'amend 1');
    await page.keyboard.press('e');
    await expectAccessible(page);
    await page.getByLabel('Action').press('Control+Enter');
    await shows(page, 'amend 2');
    await leave(page);
    await expect.poll(() => decided(unit ? [unit] : [])).toEqual(['approved']);
    expect((await server.store.units.find(unit?.id ?? ''))?.insight.action).toBe('Do it the other way.');
  });

  it('says at the field what is wrong with an amendment', async () => {
    await propose('field', 1);
    const page = await open('field');
    await shows(page, 'field 1');
    await page.keyboard.press('e');
    await page.getByLabel('Summary').fill('x'.repeat(501));
    await page.getByText('501 / 500 – too long').waitFor();
    await page.getByRole('button', { name: 'Save without approving' }).click();
    await page.getByText(/summary must be at most 500 characters/).waitFor();
    await expect.poll(() => page.getByLabel('Summary').getAttribute('aria-invalid')).toBe('true');
  });

  it('decides over all that is selected', async () => {
    const units = await propose('bulk', 4);
    const page = await open('bulk');
    await shows(page, 'bulk 1');
    await page.keyboard.press('Shift+X');
    await page.getByText('4 lessons selected').waitFor();
    await page.getByLabel('Select: bulk 2').uncheck();
    await page.keyboard.press('Shift+A');
    await shows(page, 'bulk 2');
    await page.getByRole('status').getByText('3 approved', { exact: true }).waitFor();
    await leave(page);
    await expect.poll(() => decided(units)).toEqual(['approved', 'pending', 'approved', 'approved']);
  });

  it('shows the difference to what says the same, and merges', async () => {
    const words = 'the cache of the package manager is kept by the hash of the lock file and nothing else';
    const known = await server.unit({
      domains: ['repeat'],
      insight: { summary: 'Cache by hash', detail: words, action: 'Do so.' },
    });
    const [unit] = await propose('repeat', 1, {
      insight: { summary: 'Cache by hash', detail: `${words} at all`, action: 'Do so.' },
    });
    const page = await open('repeat');
    await shows(page, 'Cache by hash');
    await page.getByText('Says the same as 1 unit').waitFor();
    await expect.poll(() => page.locator('.near-chosen ins').last().innerText()).toContain('at all');
    await page.keyboard.press('m');
    await page.getByText('Merged', { exact: true }).waitFor();
    await leave(page);
    await expect.poll(() => decided(unit ? [unit] : [])).toEqual(['rejected']);
    expect((await server.store.units.find(known.id))?.evidence.confirmations).toBe(2);
  });

  it('says what became of the proposer’s other units', async () => {
    const by = { createdBy: 'ann' };
    await server.unit({ ...by, status: 'rejected' });
    for (const status of ['approved', 'approved'] as const) await server.unit({ ...by, status });
    await propose('record', 1, by);
    const page = await open('record');
    await shows(page, 'record 1');
    const beside = page.getByLabel('Beside this lesson');
    await beside.getByRole('heading', { name: 'Proposer' }).waitFor();
    await beside.getByText('2 approved, 1 rejected, 1 waits').waitFor();
  });

  it('decides over a suggested revision, old and new side by side', async () => {
    const known = await server.unit({
      domains: ['revision'],
      insight: { summary: 'To be revised', action: 'Set the old flag.' },
    });
    await server.query(
      `mutation ($id: ID!) { suggestRevision(input: { id: $id, version: 1, insight: { action: "Set the new flag." }, reason: "Renamed." }) { userErrors { message } } }`,
      { id: known.id },
      server.people.member.key,
    );
    const page = await browser.open({ url: server.url, as: 'rob' }, '/review?show=revisions');
    await shows(page, 'To be revised');
    await page.getByText('“Renamed.”').waitFor();
    expect([await page.locator('article del').innerText(), await page.locator('article ins').innerText()]).toEqual([
      'old',
      'new',
    ]);
    await page.keyboard.press('a');
    await page.getByText('Approved').first().waitFor();
    await leave(page);
    await expect.poll(async () => (await server.store.units.find(known.id))?.insight.action).toBe('Set the new flag.');
  });

  it('does not approve what is held for credentials, until it is released', async () => {
    const token = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO2sLm8A'}`;
    await fetch(`${server.url}/api/v1/knowledge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.people.member.key}` },
      body: JSON.stringify({
        domains: ['held'],
        insight: { summary: 'Held one', detail: `With ${token} it works.`, action: 'Set it.' },
      }),
    });
    const page = await browser.open({ url: server.url, as: 'rob' }, '/review?show=held');
    await shows(page, 'Held one');
    expect(await page.getByRole('article').innerText()).not.toContain(token);
    await page.getByRole('button', { name: 'Approve', disabled: true }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Release…' }).click();
    await page.getByLabel('Why these are no credentials').fill('A made-up one.');
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    await page.getByText('Released: it may be approved now').waitFor();
    await page.getByText(`With ${token} it works.`).waitFor();
    await page.getByRole('button', { name: 'Approve', disabled: false }).waitFor();
  });

  it('goes on after signing in again, with what was decided', async () => {
    const units = await propose('again', 2);
    const page = await open('again', { tolerate: /401/ });
    await page.clock.install();
    await shows(page, 'again 1');
    await server.store.sessions.endAll(server.people.reviewer.user, new Date());
    await page.keyboard.press('a');
    await shows(page, 'again 2');
    await page.clock.fastForward(undoMs);
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.getByLabel('Password').fill(server.people.reviewer.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => decided(units)).toEqual(['approved', 'pending']);
    await shows(page, 'again 2');
  });

  it('shows what is no code as it was written', async () => {
    await propose('plain', 1, {
      insight: {
        summary: 'Plain `a != b`',
        detail: '<img src=x onerror=alert(1)> [a link](https://example.com)\n```sh\n$ run -- 1\n```',
        action: 'x',
      },
    });
    const page = await open('plain');
    const article = page.getByRole('article');
    await article.getByText('<img src=x onerror=alert(1)> [a link](https://example.com)').waitFor();
    await expect.poll(() => article.locator('pre').innerText()).toBe('$ run -- 1');
    await expect.poll(() => article.locator('h2 code').innerText()).toBe('a != b');
    expect(await article.locator('img, a').count()).toBe(0);
    const ligatures = await article
      .locator('pre')
      .evaluate((element) => getComputedStyle(element).fontVariantLigatures);
    expect(ligatures).toBe('none');
  });

  it('shows what cannot be seen, and reads texts of any length and shape', async () => {
    const [hostile] = await propose('hostile', 1, {
      insight: {
        summary: `${'W'.repeat(400)} \u202egpj.exe`,
        detail: `a\u200bb \u001b[2J ${'`x` '.repeat(4000)}`,
        action: `javascript:alert(1) \u{e0072}\u{e006d} ${'9'.repeat(9000)}`,
      },
    });
    const page = await browser.open({ url: server.url, as: 'rob', size: 'phone' }, `/review/${hostile?.id}`);
    const article = page.getByRole('article');
    for (const name of ['U+202E', 'U+200B', 'U+001B', 'hidden text “rm”'])
      await article.getByText(name, { exact: true }).waitFor();
    await page.getByText('5 hidden characters, shown by name').waitFor();
    const elements = () => page.evaluate(() => document.querySelectorAll('*').length);
    expect(await elements()).toBeLessThan(3000);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await article.getByRole('button', { name: 'Show all of it' }).first().click();
    await expect.poll(elements).toBeGreaterThan(4000);
    await article.getByRole('button', { name: 'Show less' }).click();
    await expect.poll(elements).toBeLessThan(3000);
  });

  it('on a phone approves by a swipe to the right, and asks for a note by one to the left', async () => {
    const units = await propose('swipe', 2);
    const page = await open('swipe', { size: 'phone' });
    await shows(page, 'swipe 1');
    await expectAccessible(page);
    const card = page.getByRole('article').getByText('What happened.');
    const finger = await touch(page, card);
    await finger.move(60, 0);
    await page.getByText('Approve', { exact: true }).and(page.locator('.drag-label')).waitFor();
    await finger.move(-60, 0);
    await finger.lift();
    await shows(page, 'swipe 1');
    await swipe(page, card, 200, 0);
    await shows(page, 'swipe 2');
    await swipe(page, card, -200, 0);
    await page.getByLabel('Note for the proposer').waitFor();
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await leave(page);
    await expect.poll(() => decided(units)).toEqual(['approved', 'rejected']);
  });

  it('on a phone skips by a swipe up that scrolls nothing, and shows all actions to a finger that stays', async () => {
    const detail = 'One line.\n'.repeat(60);
    const units: KnowledgeUnit[] = [];
    for (const summary of ['thumb 1', 'thumb 2', 'thumb 3', 'thumb 4'])
      units.push(...(await propose('thumb', 1, { insight: { summary, detail } })));
    const page = await open('thumb', { size: 'phone' });
    const title = () => page.getByRole('article').getByRole('heading', { level: 2 }).innerText();
    const first = await title();
    const text = page.getByRole('article').getByText('One line.').first();
    await swipe(page, text, 0, -200);
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(50);
    expect(await title()).toBe(first);

    const finger = await touch(page, text);
    const sheet = page.getByRole('dialog', { name: first });
    await sheet.waitFor();
    await finger.lift();
    await expectAccessible(page);
    await sheet.getByRole('button', { name: 'Approve', exact: true }).click();
    await expect.poll(title).not.toBe(first);
    expect(await page.evaluate(() => scrollY)).toBe(0);

    const second = await title();
    await swipe(page, page.getByRole('toolbar', { name: 'Decision' }), 0, -200);
    await expect.poll(title).not.toBe(second);
    const third = await title();
    // where all of it is in sight, with what is beside it
    await page.setViewportSize({ width: 360, height: 4000 });
    await page.locator('.swipe-at-end').waitFor();
    await swipe(page, page.getByRole('article').getByText('What to do.'), 0, -200);
    await expect.poll(title).not.toBe(third);
    await leave(page);
    await expect.poll(async () => (await decided(units)).sort()).toEqual(['approved', 'pending', 'pending', 'pending']);
  });

  it('never loses the focus', async () => {
    await propose('focus', 4);
    const page = await open('focus');
    const focused = () =>
      page.evaluate(() => {
        const { activeElement } = document;
        return activeElement?.getAttribute('aria-label') ?? activeElement?.id ?? activeElement?.tagName;
      });
    await shows(page, 'focus 1');
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect.poll(focused).toBe('focus 2');
    await page.keyboard.press('a');
    await expect.poll(focused).toBe('focus 3');
    await page.keyboard.press('r');
    await expect.poll(focused).toBe('Note for the proposer');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('focus 3');
    await page.keyboard.press('e');
    await page.getByLabel('Summary').waitFor();
    await page.getByRole('button', { name: 'Back, and keep what I typed' }).click();
    await expect.poll(focused).toBe('focus 3');
    await page.getByRole('link', { name: 'All about this unit' }).click();
    await page.getByRole('heading', { level: 1, name: 'focus 3' }).waitFor();
    await expect.poll(focused).toBe('content');
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    // a key that acts is a key that is told of
    await keys.getByText('⇧X', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const isInPage = () => page.evaluate(() => document.activeElement?.closest('main') !== null);
    await expect.poll(isInPage).toBe(true);
    await page.goBack();
    await shows(page, 'focus 3');
    await expect.poll(isInPage).toBe(true);
  });

  async function reject(unit: KnowledgeUnit | undefined, note: string): Promise<void> {
    await server.query(
      `mutation ($input: RejectKnowledgeUnitInput!) { rejectKnowledgeUnit(input: $input) { userErrors { message } } }`,
      { input: { id: unit?.id, note } },
      server.people.admin.token,
    );
  }
});

/** A finger that comes down in the middle of an element. */
async function touch(page: Page, element: Locator) {
  await element.scrollIntoViewIfNeeded();
  const box = await element.boundingBox();
  const height = page.viewportSize()?.height ?? 0;
  if (!box) throw new Error('there is nothing to touch');
  // of what is in sight, and not below the bars
  const [top, bottom] = [Math.max(box.y, 60), Math.min(box.y + box.height, height)];
  let [x, y] = [box.x + Math.min(box.width, 340) / 2, (top + bottom) / 2];
  const session = await page.context().newCDPSession(page);
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd') =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
  await send('touchStart');
  return {
    async move(right: number, down: number) {
      for (let step = 0; step < 8; step++) {
        [x, y] = [x + right / 8, y + down / 8];
        await send('touchMove');
      }
    },
    lift: () => send('touchEnd'),
  };
}

async function swipe(page: Page, element: Locator, right: number, down: number): Promise<void> {
  const finger = await touch(page, element);
  await finger.move(right, down);
  await finger.lift();
}
