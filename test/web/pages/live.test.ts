import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../harness.ts';
import { lacks, unless } from '../../left-out.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../browser.ts';

describe('what others do, in a browser', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const propose = (summary: string, domain = 'stream') =>
    server.query(
      `mutation ($input: ProposeKnowledgeUnitInput!) { proposeKnowledgeUnit(input: $input) { knowledgeUnit { id } } }`,
      { input: { domains: [domain], insight: { summary, detail: 'd', action: 'a' } } },
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

  it('is told to whoever proposed it, with the note, in its place', async () => {
    const proposed = async (summary: string) => (await propose(summary, 'mine')).proposeKnowledgeUnit.knowledgeUnit.id;
    const [rejected] = [await proposed('Mine to be rejected'), await proposed('Mine that waits')];
    const page = await browser.open({ url: server.url, as: 'mia' });
    // once the stream is open, since events before that are told too
    const opened = page.waitForRequest((request) => request.postData()?.includes('proposalDecided') === true);
    await page.goto(`${server.url}/mine`);
    const row = page.getByRole('listitem').filter({ hasText: 'Mine to be rejected' });
    await row.getByText('Waits', { exact: true }).waitFor();
    await opened;
    await server.query(
      `mutation ($id: ID!) { rejectKnowledgeUnit(input: { id: $id, note: "Say which version." }) { userErrors { message } } }`,
      { id: rejected },
      server.people.reviewer.token,
    );
    const notice = page.getByRole('dialog').filter({ hasText: 'Rejected: Mine to be rejected' });
    await notice.getByText('“Say which version.”').waitFor();
    await row.getByText('Rejected', { exact: true }).waitFor();
    await row.getByText('“Say which version.”').waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Mine that waits' })
      .getByText('Waits', { exact: true })
      .waitFor();
    await notice.getByRole('button', { name: 'Open' }).click();
    await page.waitForURL(`**/units/${rejected}`);
  });

  it('is counted over the audit log, and moves nothing until it is asked for', async () => {
    const act = (query: string) => server.query(query, {}, server.people.admin.token);
    const page = await browser.open({ url: server.url, as: 'ann' });
    const opened = page.waitForRequest((request) => request.postData()?.includes('auditLogged') === true);
    await page.goto(`${server.url}/admin/audit?about=keys`);
    const table = page.getByRole('table', { name: 'Audit log' });
    await table.getByRole('row').nth(1).waitFor();
    const rows = await table.getByRole('row').count();
    await opened;
    for (const name of ['one', 'two'])
      await act(`mutation { createApiKey(input: { name: "${name}", ttl: "1d" }) { secret } }`);
    // of another kind than those that are shown
    await act('mutation { inviteUser(input: {}) { token } }');
    await act('mutation { createApiKey(input: { name: "three", ttl: "1d" }) { secret } }');
    const fresh = page.getByRole('button', { name: '3 new' });
    await fresh.waitFor();
    expect(await table.getByRole('row').count()).toBe(rows);
    await expectAccessible(page);
    await fresh.click();
    await expect.poll(() => table.getByRole('row').count()).toBe(rows + 3);
    await fresh.waitFor({ state: 'detached' });
  });
});
