import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { aUnit, startServer, type TestServer } from '../../harness.ts';
import { lacks, unless } from '../../left-out.ts';
import { withConfidence } from '../../store/conformance/fixture.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../browser.ts';

describe('finding lessons in a browser', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
    await server.addPerson('max', 'member');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('marks the words, says what the score is made of, and keeps all of it in the address', async () => {
    await server.unit({
      domains: ['webhooks'],
      insight: { summary: 'Signatures cover the raw bytes', detail: 'Parsed bytes differ.' },
    });
    await server.unit({ domains: ['other'], insight: { summary: 'Bytes of another kind' } });
    const page = await browser.open({ url: server.url, as: 'rob' }, '/find');
    await page.getByRole('searchbox').fill('raw bytes');
    const first = page.getByRole('article').filter({ hasText: 'Signatures cover' });
    await first.waitFor();
    await expect.poll(() => first.locator('h2 mark').allInnerTexts()).toEqual(['raw', 'bytes']);
    await first.getByText('words').waitFor();
    await page.getByLabel(/^Domain/).fill('webhooks');
    await page.getByText('1 result').waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe('?q=raw+bytes&domain=webhooks');
    await page.getByRole('button', { name: 'As an agent sees it' }).click();
    await page.getByText('as an agent gets them').waitFor();
    const colleague = await browser.open({ url: server.url, as: 'mia' }, `/find${new URL(page.url()).search}`);
    await colleague.getByText('1 result, as an agent gets them').waitFor();
  });

  it('scrolls through a list of any length, of which few are in the page, and is found again by Back', async () => {
    const count = inject('campaign') ? 10_000 : 300;
    for (let index = 0; index < count; index++)
      await server.store.units.restore(aUnit({ domains: ['long'], insight: { summary: `Of many ${index}` } }), []);
    const page = await browser.open({ url: server.url, as: 'rob' }, '/find?order=confidence');
    await page.getByRole('article').first().waitFor();
    const elements = () => page.evaluate(() => document.querySelectorAll('*').length);
    const positions = () =>
      page
        .locator('[aria-posinset]')
        .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('aria-posinset'))));
    const reach = async () => {
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      expect(await elements()).toBeLessThan(2500);
      return Math.max(...(await positions()));
    };
    await expect.poll(reach).toBeGreaterThanOrEqual(count);
    // a key is answered, whatever is in the list
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search or jump' }).press('Escape');

    await page.evaluate(() => scrollBy(0, -15_000));
    await expect.poll(positions).not.toContain(count);
    const row = page.getByRole('article').nth(12);
    await row.scrollIntoViewIfNeeded();
    const name = await row.getByRole('link').innerText();
    await row.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await page.goBack();
    const again = page.getByRole('link', { name, exact: true });
    await again.waitFor();
    await expect
      .poll(() =>
        again.evaluate((link) => {
          const { top, bottom } = link.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        }),
      )
      .toBe(true);
  });

  it('confirms, flags and revises on the page of a unit', async () => {
    const unit = await server.unit({ domains: ['acts'], insight: { summary: 'To be acted on' } });
    const page = await browser.open({ url: server.url, as: 'rob' }, `/units/${unit.id}`);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('region', { name: 'Notifications' }).getByText('Confirmed', { exact: true }).waitFor();
    const evidence = page.getByRole('region', { name: 'Evidence' });
    await evidence.getByText('0.60').waitFor();
    await evidence.getByRole('listitem').filter({ hasText: 'rob' }).waitFor();
    await evidence.getByRole('img', { name: 'Confidence over time: from 0.50 to 0.60' }).waitFor();
    await evidence.getByRole('button', { name: 'View as table' }).click();
    await evidence.getByRole('row', { name: '0.60' }).waitFor();
    await expectAccessible(page);
    const happened = page.getByRole('region', { name: 'What happened' });
    await happened.getByText(/Confirmed by rob/).waitFor();
    // others are told that somebody did
    const other = await browser.open({ url: server.url, as: 'max' }, `/units/${unit.id}`);
    await other.getByRole('region', { name: 'What happened' }).getByText('Confirmed', { exact: true }).waitFor();
    expect(await other.getByRole('main').innerText()).not.toContain('rob');
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Flag it…' }).click();
    await page.getByLabel('What you saw').fill('It is `different` now.');
    await page.getByRole('button', { name: 'Flag it', exact: true }).click();
    await happened.getByRole('listitem').filter({ hasText: 'Flagged as stale by rob' }).locator('code').waitFor();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Change it…' }).click();
    await page.getByRole('textbox', { name: 'Action' }).fill('Do the other thing.');
    await page.getByLabel('Why').fill('It is different now.');
    await page.getByRole('button', { name: 'Save as the next version' }).click();
    await page.getByText('Changed, version 2').waitFor();
    await page.getByRole('button', { name: 'What changed' }).first().click();
    await page.locator('ins', { hasText: 'thing' }).waitFor();
  });

  it('leads from each number of the dashboard to its list', async () => {
    const review = {
      ...{ status: 'approved' as const, reviewedBy: 'rob', reviewedAt: server.store.now() },
      ...{ note: null, internalNote: null },
    };
    const [answered] = await Promise.all(
      [0.8, 0.7999999999999999, 0.75].map((confidence) =>
        server.unit({ ...withConfidence(confidence), createdBy: 'ann', domains: ['counted'], review }),
      ),
    );
    server.store.usage.record([answered?.id ?? ''], server.store.now());
    await server.store.usage.save();
    server.store.stats.recent.forget();
    const page = await browser.open({ url: server.url, as: 'rob' }, '/dashboard');
    const chart = page.getByRole('region', { name: 'Approved units by confidence' });
    await expect.poll(() => chart.getByRole('link').count()).toBe(10);
    const counted = chart.getByRole('link', { name: /^0.7 to 0.8: / });
    const [, number = ''] = /: (\d+)/.exec((await counted.getAttribute('aria-label')) ?? '') ?? [];
    expect(Number(number)).toBeGreaterThanOrEqual(2);
    await counted.click();
    await page.getByText(`${number} units`, { exact: true }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Most used' }).waitFor();
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await expectAccessible(page);
    }
    const [today = ''] = server.store.now().toISOString().split('T');
    const decided = page.getByRole('region', { name: 'Decisions by day' });
    const day = decided.getByRole('link', { name: new RegExp(`^${today}: `) });
    const [, decisions = ''] = /: (\d+) approved, 0 rejected$/.exec((await day.getAttribute('aria-label')) ?? '') ?? [];
    expect(Number(decisions)).toBeGreaterThanOrEqual(3);
    await day.click();
    await page.getByText(`${decisions} units`, { exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe(`?status=all&decided=${today}`);
    const chip = page.getByLabel('Decided', { exact: true });
    await expect.poll(() => chip.locator('option:checked').innerText()).toMatch(/^Decided on /);
    await chip.selectOption('30d');
    await expect.poll(() => new URL(page.url()).search).toBe('?status=all&decided=30d');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('');
    await page.goBack();
    for (const name of [/^Decided today/, /^Approved share/]) {
      await page.getByRole('link', { name }).click();
      await page.getByText(/^\d+ units$/).waitFor();
      await expect.poll(() => chip.inputValue()).not.toBe('');
      await page.goBack();
    }
    await page.getByRole('link', { name: 'ann', exact: true }).click();
    await page.getByText('3 units', { exact: true }).waitFor();
    await page.goBack();
    const never = page.getByRole('link', { name: /^Never used: / });
    const [all = ''] = /\d+$/.exec(await never.innerText()) ?? [];
    await never.click();
    await page.getByText(new RegExp(`^${all} units?$`)).waitFor();
    expect(await page.getByLabel('Use', { exact: true }).inputValue()).toBe('never');
  });

  it('settles two that say the same: by keeping one, or by saying that they do not', async () => {
    const two = async (name: string) => {
      const [one, other] = [
        await server.unit({ insight: { summary: `${name}: pin the cache`, action: 'By hash.' } }),
        await server.unit({ insight: { summary: `${name}: Pin the cache`, action: 'By hash.' } }),
      ];
      const found = [{ id: other.id, version: 1, similarity: 1, basis: 'text' as const }];
      await server.store.nearRepeats.record(one, found, server.store.now());
      return [one.id, other.id] as const;
    };
    const kept = await two('Kept');
    const left = await two('Left');
    const page = await browser.open({ url: server.url, as: 'rob' }, '/attention?reason=near_repeats');
    const row = (name: string) => page.getByRole('listitem', { name: new RegExp(`^${name}: pin the cache and`, 'i') });
    await row('Kept').getByText('the same text').waitFor();
    await row('Kept').getByRole('button', { name: 'Keep one…' }).click();
    await row('Kept').locator('ins', { hasText: /pin/i }).waitFor();
    await expectAccessible(page);
    await row('Kept').getByRole('button', { name: 'Keep the first' }).click();
    await row('Kept').waitFor({ state: 'detached' });
    const statuses = async () => (await server.store.units.findMany(kept)).map((unit) => unit?.status).toSorted();
    expect(await statuses()).toEqual(['approved', 'superseded']);
    await row('Left').getByRole('button', { name: 'Not the same' }).click();
    await row('Left').waitFor({ state: 'detached' });
    const there = (await server.store.nearRepeats.list({ limit: 9999 })).items;
    expect(there.filter(({ unitId }) => left.some((id) => id === unitId))).toEqual([]);
  });

  it('takes a lesson away only with a reason and its first words', async () => {
    const unit = await server.unit({ insight: { summary: 'Take me away please' } });
    const page = await browser.open({ url: server.url, as: 'rob' }, `/units/${unit.id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Retire…' }).click();
    const retire = page.getByRole('button', { name: 'Retire this lesson' });
    await page.getByLabel('Why').fill('Nobody needs it.');
    await expect.poll(() => retire.isDisabled()).toBe(true);
    await page.getByLabel(/Type its first words/).fill('take me away');
    await retire.click();
    await page.getByText('“Nobody needs it.”').first().waitFor();
    expect((await server.store.units.find(unit.id))?.status).toBe('retired');
  });
});
