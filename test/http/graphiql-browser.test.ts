import { describe, expect, it } from 'vitest';
import { startServer } from '../harness.ts';
import { lacks, unless } from '../left-out.ts';
import { hasBrowser, useBrowser } from '../web/browser.ts';

describe('GraphiQL in a browser', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();

  it('says why a token is refused, and keeps it for the tab only', async () => {
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
});
