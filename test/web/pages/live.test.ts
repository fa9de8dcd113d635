import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startServer, type TestServer } from '../../harness.ts';
import { lacks, unless } from '../../left-out.ts';
import { reusedDatabase } from '../../postgres/databases.ts';
import { freePort, post, startProcess, temporaryFolder } from '../../process.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../browser.ts';

describe('what others do, in a browser', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();
  const another = useBrowser();
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

  it('counts one of two decisions that two people and a program make at once, and says so to the other', async () => {
    const zed = await server.addPerson('zed', 'reviewer');
    const ids: string[] = [];
    for (const summary of ['Race 1', 'Race 2', 'Race 3'])
      ids.push((await propose(summary)).proposeKnowledgeUnit.knowledgeUnit.id);
    const [rob, ann] = await Promise.all([
      browser.open({ url: server.url, as: 'rob' }, '/review?q=race'),
      another.open({ url: server.url, as: 'ann' }, '/review?q=race'),
    ]);
    const both = <T>(act: (page: Page) => Promise<T>) => Promise.all([act(rob), act(ann)]);
    const shows = (summary: string) => both((page) => page.getByRole('article', { name: summary }).waitFor());
    const statusOf = async (index: number) => (await server.store.units.find(ids[index] ?? ''))?.status;
    await shows('Race 1');
    await both((page) => page.locator('.live-live').waitFor());
    await both((page) => page.clock.install());
    await Promise.all([rob.keyboard.press('a'), ann.keyboard.press('a')]);
    await shows('Race 2');
    await both((page) => page.clock.fastForward(8000));
    await expect.poll(() => statusOf(0)).toBe('approved');
    const { review } = (await server.store.units.find(ids[0] ?? '')) ?? {};
    const [winner, loser] = review?.reviewedBy === 'rob' ? ['rob', ann] : ['ann', rob];
    await loser.getByText('Decided before you: Race 1').waitFor();
    await loser.getByText(`${winner} had approved it already.`).waitFor();

    await server.query(
      `mutation ($id: ID!) { rejectKnowledgeUnit(input: { id: $id, note: "Known." }) { userErrors { message } } }`,
      { id: ids[1] },
      zed.token,
    );
    await both((page) => page.getByText(/Rejected by\s+zed/).waitFor());
    await both((page) => page.keyboard.press('a'));
    await shows('Race 3');
    await both((page) => page.clock.fastForward(8000));
    expect([await statusOf(1), await statusOf(2)]).toEqual(['rejected', 'pending']);

    // what one has decided and not sent yet is the other's to decide over
    await rob.keyboard.press('a');
    await ann.keyboard.press('r');
    await ann.keyboard.press('Enter');
    await ann.clock.fastForward(8000);
    await expect.poll(() => statusOf(2)).toBe('rejected');
    await rob.clock.fastForward(8000);
    await rob.getByText('ann had rejected it already.').waitFor();
    expect(await statusOf(2)).toBe('rejected');
  });

  const isStream = (request: Request) => request.postData()?.includes('subscription Happens') === true;
  const refusal = { message: 'There is no room.', extensions: { code: 'SERVICE_UNAVAILABLE' } };
  it.for([
    ['refused', { status: 503, json: { errors: [refusal] } }],
    ['finished', { contentType: 'text/event-stream', body: ':\n\n' }],
  ] as const)('asks for its stream again where that was %s before anything happened', async ([domain, answer]) => {
    const page = await browser.open({ url: server.url, as: 'rob', tolerate: /Failed to load/ });
    let streams = 0;
    await page.route('**/graphql', (route) => {
      return isStream(route.request()) && streams++ === 0 ? route.fulfill(answer) : route.continue();
    });
    const again = page.waitForResponse((response) => streams > 1 && isStream(response.request()));
    await page.goto(`${server.url}/review?q=${domain}`);
    await again;
    await page.locator('.live-live').waitFor();
    const summary = `Told of what is ${domain}`;
    await propose(summary, domain);
    await page.getByRole('article', { name: summary }).waitFor();
  });

  it('goes on after the server was killed, and leaves nothing out', async () => {
    using folder = temporaryFolder();
    await using database = inject('serversOn') === 'sqlite' ? null : await reusedDatabase();
    const environment = {
      ...(database ? { CQ_DATABASE_URL: database.url } : { CQ_DB_PATH: folder.file('cq.db') }),
      CQ_PORT: String(await freePort()),
      CQ_JWT_SECRET: 'j'.repeat(32),
      CQ_API_KEY_PEPPER: 'p'.repeat(32),
    };
    const before = await startServer(environment);
    const { key } = before.people.member;
    await before[Symbol.asyncDispose]();
    const tell = (url: string, summary: string) =>
      post(
        url,
        `mutation ($input: ProposeKnowledgeUnitInput!) { proposeKnowledgeUnit(input: $input) { userErrors { message } } }`,
        { input: { domains: ['kill'], insight: { summary, detail: 'd', action: 'a' } } },
        key,
      );
    const running = await startProcess(environment);
    await using page = await browser.open({ url: running.url, as: 'rob', tolerate: /ERR_|Failed to load/ }, '/review');
    await page.locator('.live-live').waitFor();
    await running.stop('SIGKILL');
    const dot = page.getByRole('status').filter({ hasText: 'interrupted' });
    await dot.getByText('The server does not answer').waitFor();
    await page.getByText('The server cannot be reached. This page tries again by itself').waitFor();

    const again = await startProcess(environment);
    try {
      await tell(again.url, 'While nobody listened');
      await page.getByRole('article', { name: 'While nobody listened' }).waitFor();
      await page.locator('.live-live').waitFor();
      await page.getByText('The server cannot be reached').waitFor({ state: 'detached' });
      await tell(again.url, 'And afterwards');
      await page.getByRole('button', { name: /And afterwards/ }).waitFor();
      expect(await page.getByRole('complementary', { name: 'Queue' }).getByRole('listitem').count()).toBe(2);
      await page.close();
    } finally {
      await again.stop();
    }
  });
});
