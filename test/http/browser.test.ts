import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import { startServer } from '../harness.ts';
import { lacks, unless } from '../left-out.ts';
import { hasBrowser, useBrowser } from '../web/browser.ts';

/** The client as a page has it: bundled, minified, one script. */
async function client(): Promise<string> {
  const input = fileURLToPath(new URL('../../src/client/index.ts', import.meta.url));
  const bundled = await rolldown({ input, platform: 'browser' });
  const { output } = await bundled.generate({ format: 'iife', name: 'cq', minify: true });
  await bundled.close();
  return output[0].code;
}

describe('in a browser', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();

  it('GraphiQL says why a token is refused, and keeps it for the tab only', async () => {
    await using server = await startServer();
    await using page = await browser.open({ url: server.url, tolerate: /401/ }, '/graphql');
    await page.locator('.graphiql-container .graphiql-editor').first().waitFor();
    await page.evaluate(() => {
      sessionStorage.setItem('graphiql:headers', JSON.stringify({ Authorization: 'Bearer expired' }));
      sessionStorage.setItem('graphiql:shouldPersistHeaders', 'true');
      sessionStorage.removeItem('graphiql:tabState');
    });
    await page.reload();
    const notice = page.locator('#cq-unauthenticated[role=alert]');
    await notice.waitFor();
    expect(await notice.textContent()).toMatch(/^Invalid or expired token\. Change or remove the Authorization header/);
    const [lasting, ofTab] = await page.evaluate(() => {
      // a frame has the storage that GraphiQL would have
      const frame = document.body.appendChild(document.createElement('iframe'));
      return [Object.keys(frame.contentWindow?.localStorage ?? { none: 1 }), Object.keys(sessionStorage)];
    });
    expect(lasting).toEqual([]);
    expect(ofTab).toContain('graphiql:headers');
  });

  it('GraphiQL runs a subscription, and shows events as they come until it is stopped', async () => {
    await using server = await startServer();
    const query =
      'subscription Happens { knowledgeEvents { activity { type knowledgeUnit { insight { summary } } } } }';
    await using page = await browser.open({ url: server.url }, `/graphql?query=${encodeURIComponent(query)}`);
    const run = page.getByRole('button', { name: /^Execute query/ });
    await run.click();
    const stop = page.getByRole('button', { name: /^Stop query/ });
    await stop.waitFor();
    const answer = page.getByRole('region', { name: /result/i }).or(page.locator('.result-window'));
    let said = 0;
    // the first ones may come before the server has begun to tell
    await expect
      .poll(
        async () => {
          said++;
          const { id } = await server.unit({ status: 'pending', insight: { summary: `Lesson ${said}` } });
          await server.query(
            'mutation ($id: ID!) { approveKnowledgeUnit(input: { id: $id }) { userErrors { message } } }',
            { id },
            server.people.reviewer.token,
          );
          return (await answer.first().innerText()).replaceAll('\u00a0', ' ');
        },
        { timeout: 120_000 },
      )
      .toMatch(/"type": "APPROVED".*"summary": "Lesson \d+"/s);
    await stop.click();
    await run.waitFor();
  });

  it('the client searches, proposes, and is told what it may not', async () => {
    await using server = await startServer();
    const { id } = await server.unit({ domains: ['api'] });
    await using page = await browser.open({ url: server.url });
    const program = `${await client()}
      const client = cq.createClient({ url: location.origin, credential: () => ${JSON.stringify(server.people.member.key)} });
      const insight = { summary: 'Pin the runner image', detail: 'The latest one changes.', action: 'Name a version.' };
      Promise.all([
        client.request(cq.SearchDocument, { filter: { domains: ['api'] } }),
        client.request(cq.ProposeDocument, { input: { domains: ['ci'], insight } }),
        cq.createClient({ url: location.origin }).request(cq.ConfirmDocument, { input: { id: '' } }).catch((error) => error.code),
      ])`;
    const [found, proposed, refusal] =
      await page.evaluate<
        [{ search: { edges: { node: { id: string } }[] } }, { proposeKnowledgeUnit: { userErrors: object[] } }, string]
      >(program);
    expect(found.search.edges.map(({ node }) => node.id)).toEqual([id]);
    expect(proposed.proposeKnowledgeUnit.userErrors).toEqual([]);
    expect(refusal).toBe('UNAUTHENTICATED');
  });
});
