import { request } from 'node:http';
import { createContext, runInContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
let page: Response;
let html: string;
beforeAll(async () => {
  server = await startServer();
  page = await fetch(`${server.url}/graphql`, browser);
  html = await page.text();
});
afterAll(() => server[Symbol.asyncDispose]());

const browser = { headers: { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' } };

/** The page without what is inside its scripts and styles, whose code mentions addresses that nothing fetches. */
const markup = () => html.replaceAll(/(<(script|style)\b[^>]*>)[\s\S]*?<\/\2/gi, '$1');

interface Shown {
  readonly id: string;
  readonly role: string;
  readonly textContent: string;
}

/** As a browser's: what is stored are its keys. */
function storage(stored: Record<string, string>): Record<string, string> {
  const methods = {
    setItem(this: Record<string, string>, key: string, value: string) {
      this[key] = value;
    },
    removeItem(this: Record<string, string>, key: string) {
      delete this[key];
    },
  };
  return Object.assign(Object.create(methods), stored);
}

/** A window in which the script of the page, before that of GraphiQL, has run; `fetch` answers as told. */
function browserWith(lasting: Record<string, string>, status: number, body: unknown = {}) {
  const shown = new Set<Shown>();
  const window = {
    shown,
    status,
    body,
    sessionStorage: storage({}),
    fetch: async () =>
      new Response(typeof window.body === 'string' ? window.body : JSON.stringify(window.body), {
        status: window.status,
      }),
    document: {
      getElementById: (id: string) => [...shown].find((one) => one.id === id) ?? null,
      createElement: () => ({
        setAttribute(name: string, value: string) {
          Object.assign(this, { [name]: value });
        },
        remove() {
          shown.delete(this as unknown as Shown);
        },
      }),
      body: { append: (element: Shown) => shown.add(element) },
    },
  };
  Object.defineProperty(window, 'localStorage', { configurable: true, get: () => lasting });
  const script = /<script id="cq-guard">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? expect.fail('no script');
  expect(html.indexOf('cq-guard')).toBeLessThan(html.indexOf('renderYogaGraphiQL'));
  runInContext(script, createContext(window));
  return window;
}

describe('GraphiQL', () => {
  it('is what a browser gets', () => {
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html).toContain('YogaGraphiQL');
    expect(markup()).toMatch(/<script\b/);
  });

  it('loads nothing: what it needs is in it', () => {
    expect(markup()).not.toMatch(/\b(?:src|href|srcset|action|data)\s*=\s*["']?(?!["']?data:)[^\s"'>]/i);
    expect(html).not.toMatch(/unpkg\.com|jsdelivr|esm\.sh|cdnjs|skypack|googleapis/);
    expect(html).not.toMatch(/\b(?:import|importScripts)\s*\(?\s*["'`](?:https?:)?\/\//);
    expect(html).not.toMatch(/(?:@import|url\()\s*["']?(?:https?:)?\/\//);
  });

  it('may talk to this server only, and be shown in no frame', () => {
    const policy = page.headers.get('content-security-policy') ?? '';
    const directives = new Map(
      policy.split(';').map((directive) => {
        const [name, ...sources] = directive.trim().split(/\s+/);
        return [name, sources];
      }),
    );
    const own = ["'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", 'blob:', 'data:'];
    expect([...directives.values()].flat().filter((source) => !own.includes(source))).toEqual([]);
    expect(directives.get('default-src')).toEqual(["'self'"]);
    expect(directives.get('connect-src')).toEqual(["'self'"]);
    expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
  });

  it('keeps what it stores for the tab only, and forgets what an earlier page has kept for longer', () => {
    const lasting = storage({ 'graphiql:headers': '{"Authorization":"Bearer old"}', other: 'stays' });
    const window = browserWith(lasting, 200);
    expect(Object.keys(lasting)).toEqual(['other']);
    runInContext('localStorage.setItem("graphiql:headers", "secret")', window);
    expect([Object.keys(lasting), Object.keys(window.sessionStorage)]).toEqual([['other'], ['graphiql:headers']]);
  });

  it('says above everything why credentials were refused, until others are taken', async () => {
    const window = browserWith(storage({}), 401, { errors: [{ message: 'Invalid or expired token.' }] });
    await runInContext('fetch("/graphql")', window);
    await runInContext('fetch("/graphql")', window);
    const shown = [...window.shown];
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({
      role: 'alert',
      textContent: expect.stringMatching(/^Invalid or expired token\. Change/),
    });
    window.status = 200;
    await runInContext('fetch("/graphql")', window);
    expect(window.shown.size).toBe(0);
    window.status = 401;
    window.body = 'no JSON';
    await runInContext('fetch("/graphql")', window);
    expect([...window.shown][0]?.textContent).toContain('The server refused the credentials.');
  });

  it('is compressed for clients that accept gzip', async () => {
    const fetchRaw = (encoding: string) =>
      new Promise<{ encoding?: string; body: Buffer }>((resolve, reject) => {
        const headers = { ...browser.headers, 'accept-encoding': encoding };
        const outgoing = request(`${server.url}/graphql`, { headers }, async (response) => {
          const body = Buffer.concat(await response.toArray());
          resolve({ encoding: response.headers['content-encoding'], body });
        });
        outgoing.on('error', reject).end();
      });
    const zipped = await fetchRaw('gzip, deflate, br');
    expect(zipped.encoding).toBe('gzip');
    expect(gunzipSync(zipped.body).toString()).toBe(html);
    const plain = await fetchRaw('identity');
    expect([plain.encoding, plain.body.toString() === html]).toEqual([undefined, true]);
  });

  it('leaves operations to the API', async () => {
    const response = await fetch(`${server.url}/graphql?query=%7B__typename%7D`, {
      headers: { accept: 'application/json' },
    });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('can be switched off', async () => {
    await using closed = await startServer({ CQ_PLAYGROUND: 'off' });
    // a browser takes anything in the end, so that it is answered as a client without a query
    const browsed = await fetch(`${closed.url}/graphql`, browser);
    expect(browsed.headers.get('content-type')).toContain('application/json');
    expect(await browsed.json()).toEqual({
      errors: [expect.objectContaining({ extensions: { code: 'BAD_REQUEST' } })],
    });
    const onlyPages = await fetch(`${closed.url}/graphql`, { headers: { accept: 'text/html' } });
    expect([onlyPages.status, await onlyPages.text()]).toEqual([406, '']);
  });
});
