import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aUnit, startServer, type TestServer } from '../../harness.ts';
import { lacks, unless } from '../../left-out.ts';
import { hasBrowser, useBrowser } from '../browser.ts';

describe('finding lessons in a browser', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
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

  it('scrolls through hundreds, of which few are in the page', async () => {
    for (let index = 0; index < 230; index++)
      await server.store.units.restore(aUnit({ domains: ['long'], insight: { summary: `Of many ${index}` } }), []);
    const page = await browser.open({ url: server.url, as: 'rob' }, '/find?order=confidence&language=');
    await page.getByRole('article').first().waitFor();
    const reach = async () => {
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      return Math.max(
        ...(await page
          .locator('[aria-posinset]')
          .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('aria-posinset'))))),
      );
    };
    await expect.poll(reach).toBeGreaterThanOrEqual(230);
    expect(await page.getByRole('article').count()).toBeLessThan(60);
  });

  it('confirms, flags and revises on the page of a unit', async () => {
    const unit = await server.unit({ domains: ['acts'], insight: { summary: 'To be acted on' } });
    const page = await browser.open({ url: server.url, as: 'rob' }, `/units/${unit.id}`);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Confirmed', { exact: true }).waitFor();
    await page.getByLabel('State of this lesson').getByText('0.60').waitFor();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Flag it…' }).click();
    await page.getByLabel('What you saw').fill('It is different now.');
    await page.getByRole('button', { name: 'Flag it', exact: true }).click();
    await page.getByText('It is different now.').first().waitFor();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Change it…' }).click();
    await page.getByRole('textbox', { name: 'Action' }).fill('Do the other thing.');
    await page.getByLabel('Why').fill('It is different now.');
    await page.getByRole('button', { name: 'Save as the next version' }).click();
    await page.getByText('Changed, version 2').waitFor();
    await page.getByRole('button', { name: 'What changed' }).first().click();
    await page.locator('ins', { hasText: 'thing' }).waitFor();
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
