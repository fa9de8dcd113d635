import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { password, startServer, type TestServer } from '../../harness.ts';
import { hasNginx, startNginx } from '../../http/nginx.ts';
import { lacks, unless } from '../../left-out.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../browser.ts';

describe('the web page in a browser', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function signIn(page: Page, username = 'rob') {
    await page.getByLabel('Name').fill(username);
    await page.getByLabel('Password').fill(password);
    await page.locator('form').getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: `Account of ${username}` }).waitFor();
  }

  it('signs in with a cookie that no script can read, for as long as the session lasts', async () => {
    const page = await browser.open({ url: server.url });
    await signIn(page);
    const kept = await page.evaluate(() => [document.cookie, JSON.stringify({ ...localStorage, ...sessionStorage })]);
    expect(kept[0]).toBe('');
    expect(kept[1]).not.toMatch(/eyJ/);
    await expect
      .poll(() => page.context().cookies())
      .toEqual([
        expect.objectContaining({ name: 'cq_session', path: '/', httpOnly: true, sameSite: 'Strict', secure: false }),
      ]);
    await page.reload();
    await page.getByRole('button', { name: 'Account of rob' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expect.poll(() => page.context().cookies()).toEqual([]);
  });

  it('lets somebody sign in whose session was ended elsewhere', async () => {
    const page = await browser.open({ url: server.url, as: 'rob', tolerate: /401/ });
    await page.getByRole('button', { name: 'Account of rob' }).waitFor();
    const { user } = server.people.reviewer;
    await server.store.sessions.endAll(user, new Date());
    await page.reload();
    await signIn(page);
  });

  it('works below a path', async () => {
    await using below = await startServer({ CQ_PUBLIC_URL: 'https://cq.example/deep/cq' });
    await using page = await browser.open({ url: `${below.url}/deep/cq` });
    await signIn(page);
    await expect.poll(() => page.context().cookies()).toEqual([expect.objectContaining({ path: '/deep/cq/' })]);
    await page.goto(`${below.url}/deep/cq/find`);
    await page.getByRole('button', { name: 'Account of rob' }).waitFor();
  });

  it('works behind nginx, which strips the path and changes Host', unless(!hasNginx(), lacks.nginx), async () => {
    await using below = await startServer({ CQ_TRUST_PROXY: '1' });
    await using nginx = await startNginx(
      `location /team/ { proxy_pass ${below.url}/; proxy_set_header X-Forwarded-Prefix /team; }`,
    );
    await using page = await browser.open({ url: `${nginx.url}/team` });
    await signIn(page);
    await page.goto(`${nginx.url}/team/find`);
    await page.getByRole('button', { name: 'Account of rob' }).waitFor();
  });

  it('works where only trusted documents are run', async () => {
    const file = fileURLToPath(new URL('../trusted-documents.json', import.meta.url));
    await using trusting = await startServer({ CQ_TRUSTED_DOCUMENTS: file });
    await using page = await browser.open({ url: trusting.url });
    await signIn(page);
  });

  it('runs nothing but its own scripts, and asks nobody else', async () => {
    const page = await browser.open({
      url: server.url,
      tolerate: /Content Security Policy|ERR_BLOCKED_BY_CSP|requires .Trusted/i,
    });
    await page.addInitScript(() => {
      const refused: string[] = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
        refused.push(`${effectiveDirective} ${blockedURI}`);
      });
      Object.assign(globalThis, { refused });
    });
    // as if somebody had got it into the page on its way
    const smuggled = `<script>globalThis.ran = true</script><script src="https://elsewhere.invalid/x.js"></script>`;
    await page.route(`${server.url}/`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('</body>', `${smuggled}</body>`) });
    });
    await page.reload();
    const thrown = await page.evaluate(() => {
      const add = (name: string, attributes: Record<string, string>, text = '') => {
        const element = Object.assign(document.createElement(name), { textContent: text });
        for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
        document.body.append(element);
      };
      add('style', {}, 'body { color: red }');
      add('img', { src: 'https://elsewhere.invalid/x.png' });
      add('iframe', { src: 'https://elsewhere.invalid/' });
      add('base', { href: 'https://elsewhere.invalid/' });
      fetch('https://elsewhere.invalid/').catch(() => {});
      // not while the test itself is evaluated, for which the browser allows it
      // biome-ignore lint/security/noGlobalEval: it is to be refused
      setTimeout(() => globalThis.eval('globalThis.ran = true'));
      const names = [
        () => {
          document.body.innerHTML = '<img src="x" onerror="globalThis.ran = true">';
        },
        () => add('script', {}, 'globalThis.ran = true'),
        () => add('script', { src: '/icon.svg' }),
      ].map((act) => {
        try {
          act();
        } catch (error) {
          return (error as Error).name;
        }
        return 'done';
      });
      return names;
    });
    expect(thrown).toEqual(['TypeError', 'TypeError', 'TypeError']);
    const seen = () =>
      page.evaluate(() => [...new Set((globalThis as unknown as { refused: string[] }).refused)].sort());
    await expect
      .poll(seen)
      .toEqual([
        'base-uri https://elsewhere.invalid/',
        'connect-src https://elsewhere.invalid/',
        'frame-src https://elsewhere.invalid',
        'img-src https://elsewhere.invalid/x.png',
        'require-trusted-types-for trusted-types-sink',
        'script-src-elem https://elsewhere.invalid/x.js',
        'script-src-elem inline',
        'style-src-elem inline',
      ]);
    expect(await page.evaluate(() => ['ran' in globalThis, document.baseURI])).toEqual([false, `${server.url}/`]);
  });

  /** At another port of the same host, which is the same site: SameSite=Strict keeps no cookie back there. */
  it('does nothing for a page of another origin', async () => {
    let sent: string | undefined;
    const elsewhere = createServer(({ headers }, res) => {
      sent ??= headers.cookie;
      res.setHeader('content-type', 'text/html').end('<p>elsewhere');
    }).listen(0);
    const { port } = elsewhere.address() as AddressInfo;
    try {
      const page = await browser.open({ url: server.url, as: 'rob', tolerate: /./ });
      await page.goto(`http://127.0.0.1:${port}/`);
      expect(sent).toMatch(/^cq_session=/);
      const outcomes = await page.evaluate(async (target) => {
        const query = `mutation { proposeKnowledgeUnit(input: { domains: ["forged"],
          insight: { summary: "s", detail: "d", action: "a" } }) { knowledgeUnit { id } } }`;
        const send = async (
          headers: Record<string, string>,
          credentials: RequestCredentials,
          mode: RequestMode = 'cors',
        ) => {
          try {
            const init = { method: 'POST', headers, credentials, mode, body: JSON.stringify({ query }) };
            const response = await fetch(`${target}/graphql`, init);
            return response.type === 'opaque' ? 'sent' : String(response.status);
          } catch {
            return 'refused by the browser';
          }
        };
        const json = { 'content-type': 'application/json' };
        const image = new Image();
        await new Promise((resolve) => {
          image.onerror = resolve;
          image.src = `${target}/graphql?query=${encodeURIComponent('{ viewer { user { id } } }')}`;
        });
        return [
          await send({ ...json, 'x-cq-web': '1' }, 'include'),
          await send(json, 'include'),
          await send({ ...json, 'x-cq-web': '1' }, 'omit'),
          await send({ 'content-type': 'text/plain', 'x-cq-web': '1' }, 'include', 'no-cors'),
        ];
      }, server.url);
      expect(outcomes).toEqual(['refused by the browser', 'refused by the browser', '403', 'sent']);
      await page.setContent(`<form method="post" enctype="text/plain" action="${server.url}/graphql">
        <input name='{"query":"mutation { signOut { userErrors { message } } }","x":"' value='"}'></form>`);
      await page.evaluate(() => document.forms[0]?.submit());
      await page.waitForURL(`${server.url}/graphql`);
      await expect.poll(() => page.textContent('body')).toContain('The content type must be application/json');

      expect(
        (await server.store.units.list({ domains: ['forged'] }, { field: 'createdAt', direction: 'asc' }, { limit: 1 }))
          .items,
      ).toEqual([]);
      await page.goto(server.url);
      await page.getByRole('button', { name: 'Account of rob' }).waitFor();
    } finally {
      elsewhere.close();
    }
  });

  it('is in no frame of another page', async () => {
    const elsewhere = createServer((_req, res) => {
      res
        .setHeader('content-type', 'text/html')
        .end(`<iframe src="${server.url}/review" width="900" height="600"></iframe>`);
    }).listen(0);
    try {
      const { port } = elsewhere.address() as AddressInfo;
      const page = await browser.open({ url: `http://127.0.0.1:${port}`, tolerate: /frame-ancestors/ });
      await page.waitForLoadState('networkidle');
      expect(await page.frames()[1]?.locator('#root').count()).toBe(0);
    } finally {
      elsewhere.close();
    }
  });

  it('is loaded again, once, where its files are those of another release', async () => {
    const page = await browser.open({ url: server.url, as: 'rob', tolerate: /404|dynamically imported/ });
    await page.getByRole('button', { name: 'Account of rob' }).waitFor();
    let loads = 0;
    page.on('request', (request) => request.isNavigationRequest() && loads++);
    const missing = (pattern: RegExp) =>
      page.route(pattern, (route) => route.fulfill({ status: 404, json: { error: 'there is nothing' } }));
    // a part of it, which is wanted later
    await missing(/assets\/find-.*\.js/);
    await page.getByRole('navigation').getByRole('link', { name: 'Find' }).click();
    await page.getByText('There is a newer version of this page').waitFor();
    expect(loads).toBe(1);
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Load it again' }).click();
    await page.getByRole('searchbox').waitFor();
    // what it begins with
    loads = 0;
    await missing(/assets\/index-.*\.js/);
    await page.reload();
    await page.getByText('A part of this page is missing on the server').waitFor();
    expect(loads).toBe(2);
  });

  it('waits for a part of it while the server is away', async () => {
    const page = await browser.open({ url: server.url, as: 'rob', tolerate: /ERR_|Failed to load/ });
    await page.getByRole('button', { name: 'Account of rob' }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('navigation').getByRole('link', { name: 'Find' }).click();
    await page.getByText('Loading…').filter({ visible: true }).waitFor();
    await page.context().setOffline(false);
    await page.getByRole('searchbox').waitFor();
  });

  it('says why nobody can sign in who has tried too often', async () => {
    const query = 'mutation { signIn(input: { username: "often", password: "wrong horse" }) { token } }';
    for (let attempt = 0; attempt < 10; attempt++) await server.send({ query });
    const page = await browser.open({ url: server.url, tolerate: /status of 429/ });
    await page.getByLabel('Name').fill('often');
    await page.getByLabel('Password').fill(password);
    await page.locator('form').getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('Too many failed sign-ins').waitFor();
  });

  it('has all that the first screen needs in at most 160 kB of gzip', async () => {
    await server.unit({ status: 'pending', insight: { summary: 'What waits for review' } });
    await using page = await browser.open(
      { url: server.url, as: 'rob', tolerate: /ERR_FAILED|dynamically/ },
      '/icon.svg',
    );
    const index = await (await fetch(server.url, { headers: { accept: 'text/html' } })).text();
    const first = [...index.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(first.length).toBeGreaterThan(3);
    expect(first.reduce((sum, path) => sum + sizeOf(path), Buffer.byteLength(index))).toBeLessThan(160_000);

    // what is fetched ahead for later may come, or not
    await page.route('**/assets/**', (route) =>
      first.includes(new URL(route.request().url()).pathname) ? route.continue() : route.abort(),
    );
    await page.goto(`${server.url}/review`);
    await page.getByRole('heading', { name: 'What waits for review' }).waitFor();
    await page.context().clearCookies();
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it.for([
    ['light', 'laptop'],
    ['dark', 'laptop'],
    ['light', 'phone'],
    ['dark', 'phone'],
  ] as const)('has a sign-in without obstacles, %s on a %s', async ([theme, size]) => {
    const page = await browser.open({ url: server.url, theme, size });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectAccessible(page);
  });
});

/** What a file of the page takes to be sent. */
function sizeOf(path: string): number {
  const file = fileURLToPath(new URL(`../../../dist-web${path}`, import.meta.url));
  return statSync(existsSync(`${file}.gz`) ? `${file}.gz` : file).size;
}
