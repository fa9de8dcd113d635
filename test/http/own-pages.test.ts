import { describe, expect, it } from 'vitest';
import { createOwnPages } from '../../src/http/own-pages.ts';

const given = { publicUrl: null, trustProxy: 0 };

describe('a request of our own pages', () => {
  it.for([
    // settings, headers, whether it is one
    ['what the browser says', {}, { 'sec-fetch-site': 'same-origin' }, true],
    [
      'what the browser says, whatever a proxy made of Host',
      {},
      { 'sec-fetch-site': 'same-origin', host: 'inner' },
      true,
    ],
    ['a page of another site', {}, { 'sec-fetch-site': 'cross-site', origin: 'http://cq.example:3000' }, false],
    ['a page of a sister domain', {}, { 'sec-fetch-site': 'same-site', origin: 'http://cq.example:3000' }, false],
    ['the address bar', {}, { 'sec-fetch-site': 'none' }, false],
    ['two answers', {}, { 'sec-fetch-site': 'same-origin, cross-site' }, false],
    ['the origin', {}, { origin: 'http://cq.example:3000' }, true],
    ['the origin behind a proxy that ends TLS', {}, { origin: 'https://cq.example:3000' }, true],
    ['the origin without the port of its scheme', {}, { origin: 'https://cq.example', host: 'cq.example:443' }, true],
    ['the origin in other letters', {}, { origin: 'http://cq.example:3000', host: 'CQ.example:3000' }, true],
    ['another port', {}, { origin: 'http://cq.example:3001' }, false],
    ['another host', {}, { origin: 'http://evil.example' }, false],
    ['a host that begins alike', {}, { origin: 'http://cq.example:3000.evil.example' }, false],
    ['a user in the origin', {}, { origin: 'http://cq.example:3000@evil.example' }, false],
    ['a page without an origin', {}, { origin: 'null' }, false],
    ['a file', {}, { origin: 'file://' }, false],
    ['nothing', {}, {}, false],
    ['no host', {}, { origin: 'http://undefined', host: undefined }, false],
    [
      'CQ_PUBLIC_URL',
      { publicUrl: 'https://cq.example/cq' },
      { origin: 'https://cq.example', host: 'inner:3000' },
      true,
    ],
    [
      'CQ_PUBLIC_URL over http',
      { publicUrl: 'https://cq.example/cq' },
      { origin: 'http://cq.example', host: 'cq.example' },
      false,
    ],
    [
      'the machine itself',
      { publicUrl: 'https://cq.example' },
      { origin: 'http://localhost:3000', host: 'localhost:3000' },
      true,
    ],
    [
      'what nobody may say for a proxy',
      {},
      { origin: 'http://evil.example', 'x-forwarded-host': 'evil.example' },
      false,
    ],
    ['a trusted proxy', { trustProxy: 1 }, { origin: 'http://out.example', 'x-forwarded-host': 'out.example' }, true],
    [
      'a forged entry',
      { trustProxy: 1 },
      { origin: 'http://evil.example', 'x-forwarded-host': 'evil.example, cq.example:3000' },
      false,
    ],
    [
      'two proxies, of which one says it',
      { trustProxy: 2 },
      { origin: 'http://out.example', 'x-forwarded-host': 'out.example' },
      true,
    ],
    [
      'the scheme of a proxy',
      { trustProxy: 1 },
      { origin: 'https://cq.example:3000', 'x-forwarded-proto': 'https' },
      true,
    ],
    ['another scheme', { trustProxy: 1 }, { origin: 'http://cq.example:3000', 'x-forwarded-proto': 'https' }, false],
  ] as const)('by %s', ([, options, headers, isOne]) => {
    const pages = createOwnPages({ ...given, ...options });
    const problem = pages.problemOf({ headers: { host: 'cq.example:3000', ...headers } });
    expect(problem === null, problem ?? '').toBe(isOne);
  });

  it('of a WebSocket is known by its origin alone', () => {
    const { problemOfSocket } = createOwnPages(given);
    const host = 'cq.example';
    expect(problemOfSocket({ headers: { host, origin: 'https://cq.example' } })).toBeNull();
    expect(problemOfSocket({ headers: { host, 'sec-fetch-site': 'same-origin' } })).toMatch(/got the origin none/);
    expect(problemOfSocket({ headers: { host, origin: `http://${'evil'.repeat(1000)}` } })).toMatch(
      /got the origin http:\/\/(?:evil){48}e\. /,
    );
  });
});

describe('a page over https', () => {
  it.for([
    ['by its origin', {}, { origin: 'https://cq.example' }, true],
    [
      'by its origin, whatever CQ_PUBLIC_URL is',
      { publicUrl: 'https://cq.example' },
      { origin: 'http://localhost' },
      false,
    ],
    ['by CQ_PUBLIC_URL', { publicUrl: 'https://cq.example' }, {}, true],
    ['by a trusted proxy', { trustProxy: 1 }, { 'x-forwarded-proto': 'https' }, true],
    ['not by one that is not', {}, { 'x-forwarded-proto': 'https' }, false],
    ['not by nothing', {}, {}, false],
  ] as const)('is known %s', ([, options, headers, isSecure]) => {
    expect(createOwnPages({ ...given, ...options }).isSecure({ headers })).toBe(isSecure);
  });
});
