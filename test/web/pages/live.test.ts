import { afterAll, beforeAll, describe, it } from 'vitest';
import { startServer, type TestServer } from '../../harness.ts';
import { lacks, unless } from '../../left-out.ts';
import { hasBrowser, useBrowser } from '../browser.ts';

describe('what others do, in a browser', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const propose = (summary: string) =>
    server.query(
      `mutation ($input: ProposeKnowledgeUnitInput!) { proposeKnowledgeUnit(input: $input) { knowledgeUnit { id } } }`,
      { input: { domains: ['stream'], insight: { summary, detail: 'd', action: 'a' } } },
      server.people.member.key,
    );

  it('shows as it happens, without asking', async () => {
    const first = await propose('The first one');
    const page = await browser.open({ url: server.url, as: 'rob' }, '/review?q=stream');
    await page.getByRole('article', { name: 'The first one' }).waitFor();
    await page.locator('.live-live').waitFor();
    await propose('The second one');
    await page.getByRole('button', { name: /The second one/ }).waitFor();
    const { id } = first.proposeKnowledgeUnit.knowledgeUnit;
    await server.query(
      `mutation ($id: ID!) { approveKnowledgeUnit(input: { id: $id }) { userErrors { message } } }`,
      { id },
      server.people.admin.token,
    );
    await page.getByText(/Approved by\s+ann/).waitFor();
    await page.keyboard.press('a');
    await page.getByRole('article', { name: 'The second one' }).waitFor();
  });
});
