import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPageDocuments, readWebFiles } from '../../src/http/web-files.ts';
import { startServer, type TestServer } from '../harness.ts';
import { temporaryFolder } from '../process.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CQ_INTROSPECTION: 'off' });
});
afterAll(() => server[Symbol.asyncDispose]());

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const get = (path: string, headers: Record<string, string> = html, method = 'GET') =>
  fetch(server.url + path, { headers, method, redirect: 'manual' });

/** The addresses of the files that a page names. */
const filesOf = (page: string) => [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);

/** Without what `fetch` does for convenience: the path stays as it is, and so does the body. */
function raw(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: object; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request(server.url, { path, headers }, async (response) => {
      const body = Buffer.concat(await response.toArray());
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    })
      .on('error', reject)
      .end();
  });
}

describe('the web page', () => {
  it.for([
    '/',
    '/?a=b',
    '/review',
    '/review/',
    '/find?q=%2Fx&domains=a',
    '/units/ku_0123',
    '/units/ku_0123/versions/2',
    '/attention',
    '/dashboard',
    '/mine',
    '/connect',
    '/admin/people',
  ])('is at %s for browsers', async (path) => {
    const page = await get(path);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<div id="root"></div>');
  });

  it('is wherever it has something to show', async () => {
    const routes = readFileSync(new URL('../../web/src/app/routes.tsx', import.meta.url), 'utf8');
    const paths = [...routes.matchAll(/<Route path="(\/[^":]*)/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(5);
    // of what is for development alone there is none
    for (const path of paths)
      expect([path, (await get(path)).status]).toEqual([path, path === '/components' ? 404 : 200]);
  });

  it.for([
    ['/reviews', 404],
    ['/units.js', 404],
    ['/assets', 404],
    ['/assets/', 404],
    ['/assets/none.js', 404],
    ['/index.html', 404],
    ['/.sources', 404],
    ['/.documents.json', 404],
  ] as const)('is not at %s', async ([path, status]) => {
    const { status: actual, headers } = await get(path);
    // during an update another process has what is missing here: no cache may say that it is missing
    expect([actual, headers.get('cache-control')]).toEqual([status, 'no-store']);
  });

  it('leaves other clients what they had', async () => {
    const root = await get('/', { accept: '*/*' });
    expect([root.status, root.headers.get('location')]).toEqual([302, '/graphql']);
    const view = await get('/review', { accept: 'application/json' });
    expect([view.status, (await view.json()).error]).toEqual([404, expect.stringContaining('the API is at /graphql')]);
  });

  it('leaves GraphiQL and the API where they are', async () => {
    expect(await (await get('/graphql')).text()).toContain('renderYogaGraphiQL');
    expect((await server.query('{ __typename }')).__typename).toBe('Query');
  });

  it.for(['POST', 'PUT', 'DELETE'])('refuses %s', async (method) => {
    for (const path of ['/', '/review', '/units/x', '/icon.svg']) {
      const { status, headers } = await get(path, html, method);
      expect([path, status, headers.get('allow')]).toEqual([path, 405, 'GET, HEAD']);
    }
  });

  it('has a policy that lets in nothing inline, nothing evaluated and nothing from elsewhere', async () => {
    const { headers } = await get('/');
    const { host } = new URL(server.url);
    const policy = Object.fromEntries(
      (headers.get('content-security-policy') ?? '').split('; ').map((rule) => {
        const [name, ...sources] = rule.split(' ');
        return [name, sources.join(' ')];
      }),
    );
    expect(policy).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self'",
      'font-src': "'self'",
      'manifest-src': "'self'",
      'connect-src': `'self' ws://${host} wss://${host}`,
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('lets no client write into the policy', async () => {
    const { headers } = await raw('/', { ...html, host: "a;script-src*'unsafe-inline'" });
    expect(headers).toHaveProperty('content-security-policy', expect.stringContaining("connect-src 'self'; frame"));
  });

  it('answers HEAD with the headers alone', async () => {
    const [whole, head] = [await get('/review'), await get('/review', html, 'HEAD')];
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('content-length')).toBe(String((await whole.arrayBuffer()).byteLength));
  });

  it('is gone with CQ_WEB=off', async () => {
    await using off = await startServer({ CQ_WEB: 'off' });
    const root = await fetch(off.url, { headers: html, redirect: 'manual' });
    expect([root.status, root.headers.get('location')]).toEqual([302, '/graphql']);
    for (const path of ['/review', '/icon.svg'])
      expect((await fetch(off.url + path, { headers: html })).status).toBe(404);
  });
});

describe('the files of the page', () => {
  it('are kept for ever where their name says what is in them, and else asked for again', async () => {
    const files = filesOf(await (await get('/')).text());
    expect(files).toEqual(expect.arrayContaining(['/icon.svg', expect.stringMatching(/^\/assets\/.+-[\w-]{8}\.js$/)]));
    for (const path of files) {
      const { status, headers } = await get(path, {});
      const lasting = path.startsWith('/assets/');
      expect([path, status]).toEqual([path, 200]);
      expect(headers.get('cache-control')).toBe(lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-type')).toMatch(
        path.endsWith('.js') ? /^text\/javascript/ : path.endsWith('.css') ? /^text\/css/ : /^image\/svg\+xml$/,
      );
      const again = await get(path, { 'if-none-match': String(headers.get('etag')) });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
  });

  it.for([
    ['br, gzip', 'br'],
    ['gzip, deflate, BR', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['br; q=0.0, gzip; q=0', undefined],
    ['identity', undefined],
    ['x-br, brotli', undefined],
    ['', undefined],
  ] as const)('to a client that takes "%s" come as %s', async ([accepted, encoding]) => {
    const script = filesOf(await (await get('/')).text()).find((path) => path.endsWith('.js')) ?? '';
    const plain = (await raw(script)).body;
    const { headers, body } = await raw(script, { 'accept-encoding': accepted });
    expect((headers as Record<string, unknown>)['content-encoding']).toBe(encoding);
    expect(headers).toHaveProperty('vary', 'Accept-Encoding, Origin');
    // of several encodings, so that it says nothing of their bytes
    expect(headers).toHaveProperty('etag', expect.stringMatching(/^W\/"/));
    expect(headers).toHaveProperty('content-length', String(body.length));
    const decoded = { br: brotliDecompressSync, gzip: gunzipSync };
    expect(encoding ? decoded[encoding](body).equals(plain) : body.equals(plain)).toBe(true);
  });

  it('come whole to who asks for a part, and are not sent again to who has them in any encoding', async () => {
    const part = await raw('/icon.svg', { range: 'bytes=0-9' });
    expect([part.status, part.body.length]).toEqual([200, (await raw('/icon.svg')).body.length]);
    const { etag } = part.headers as { etag: string };
    const given = [etag, etag.replace('W/', ''), `"x", ${etag}`, '*'];
    for (const tag of given) expect((await raw('/icon.svg', { 'if-none-match': tag })).status).toBe(304);
    expect((await raw('/icon.svg', { 'if-none-match': '"x"' })).status).toBe(200);
    const head = await get('/icon.svg', {}, 'HEAD');
    expect([head.status, await head.text(), head.headers.get('etag')]).toEqual([200, '', etag]);
  });

  it.for([
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/..\\package.json',
    '//etc/passwd',
    '/assets/./x',
    '/%00',
    '/icon.svg%00',
    '/icon.svg%3f',
    '/ICON.SVG',
    '//evil.example/review',
    '/\\evil.example',
    '/assets/%2e%2e/index.html',
    '/__proto__',
    '/constructor/',
  ])('are these and no others: %s', async (path) => {
    expect((await raw(path, html)).status).toBe(404);
  });
});

describe.for([
  ['CQ_PUBLIC_URL', { CQ_PUBLIC_URL: 'https://host.example/cq' }, {}],
  ['a trusted proxy', { CQ_TRUST_PROXY: '1' }, { 'x-forwarded-prefix': '/cq' }],
] as const)('below a path, which %s tells', ([, environment, headers]) => {
  it.for(['', '/cq'])('with %j in what the proxy passes on', async (below) => {
    await using other = await startServer({ ...environment });
    for (const path of ['/', '/units/x']) {
      const page = await (await fetch(other.url + below + path, { headers: { ...html, ...headers } })).text();
      expect(page).toContain('data-base="/cq/"');
      expect(filesOf(page).filter((file) => !file.startsWith('/cq/'))).toEqual([]);
      for (const file of filesOf(page)) {
        const given = below === '' ? file.replace(/^\/cq/, '') : file;
        expect((await fetch(other.url + given, { headers })).status).toBe(200);
      }
    }
  });
});

describe('a folder', () => {
  it('without a page is none', async () => {
    using folder = temporaryFolder();
    expect(await readWebFiles(pathToFileURL(folder.file('none/')))).toBeNull();
    expect(await readWebFiles(pathToFileURL(`${folder.path}/`))).toBeNull();
    expect(readPageDocuments(pathToFileURL(`${folder.path}/`))).toEqual([]);
  });

  it('that appears a moment later is found', async () => {
    using folder = temporaryFolder();
    const reading = readWebFiles(pathToFileURL(folder.file('later/')));
    mkdirSync(folder.file('later'));
    writeFileSync(folder.file('later/index.html'), '<html data-base="./">');
    writeFileSync(folder.file('later/.hidden.json'), '{}');
    writeFileSync(folder.file('later/x.js.br'), 'without the file itself');
    const { index, files } = (await reading) ?? {};
    expect([index, [...(files ?? []).keys()]]).toEqual(['<html data-base="./">', []]);
  });
});

it('the page works where only trusted documents are run', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.file('documents.json'), '{}');
  await using trusting = await startServer({ CQ_TRUSTED_DOCUMENTS: folder.file('documents.json') });
  const documents = readPageDocuments(new URL('../../dist-web/', import.meta.url));
  expect(documents.length).toBeGreaterThan(0);
  for (const query of documents) {
    // without reading it to its end: that of a subscription does not come
    const response = await fetch(`${trusting.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        // somebody who may follow everything
        authorization: `Bearer ${trusting.people.admin.token}`,
      },
      body: JSON.stringify({ query }),
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (isStream) await response.body?.cancel();
    else expect(JSON.stringify(await response.json())).not.toContain('DOCUMENT_NOT_TRUSTED');
    expect(isStream && response.status).toBe(/\bsubscription\b/.test(query) && 200);
  }
  await using off = await startServer({ CQ_TRUSTED_DOCUMENTS: folder.file('documents.json'), CQ_WEB: 'off' });
  const { body } = await off.send({ query: documents[0] ?? '' });
  expect(body.errors[0].extensions.code).toBe('DOCUMENT_NOT_TRUSTED');
});
