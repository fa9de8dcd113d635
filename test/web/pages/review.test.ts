import type { Page } from 'playwright-core';
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
    await page.getByText('3 approved').waitFor();
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
        detail: `a\u200bb \u001b[2J ${'`x` '.repeat(25_000)}`,
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
    await expect.poll(elements).toBeGreaterThan(25_000);
    await article.getByRole('button', { name: 'Show less' }).click();
    await expect.poll(elements).toBeLessThan(3000);
  });

  it('on a phone approves by a swipe to the right, and asks for a note by one to the left', async () => {
    const units = await propose('swipe', 2);
    const page = await open('swipe', { size: 'phone' });
    await shows(page, 'swipe 1');
    await expectAccessible(page);
    await swipe(page, 200);
    await shows(page, 'swipe 2');
    await swipe(page, -200);
    await page.getByLabel('Note for the proposer').waitFor();
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await leave(page);
    await expect.poll(() => decided(units)).toEqual(['approved', 'rejected']);
  });

  async function reject(unit: KnowledgeUnit | undefined, note: string): Promise<void> {
    await server.query(
      `mutation ($input: RejectKnowledgeUnitInput!) { rejectKnowledgeUnit(input: $input) { userErrors { message } } }`,
      { input: { id: unit?.id, note } },
      server.people.admin.token,
    );
  }
});

/** A finger that goes sideways over the lesson. */
async function swipe(page: Page, by: number): Promise<void> {
  const box = await page.locator('.lesson-text').first().boundingBox();
  if (!box) throw new Error('there is no lesson');
  const [x, y] = [box.x + (by > 0 ? 40 : 280), box.y + 10];
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: number) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: at === undefined ? [] : [{ x: at, y }] });
  await touch('touchStart', x);
  for (let step = 1; step <= 8; step++) await touch('touchMove', x + (by * step) / 8);
  await touch('touchEnd');
}
