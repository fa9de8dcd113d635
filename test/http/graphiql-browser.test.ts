import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startServer } from '../harness.ts';
import { has, lacks, unless } from '../left-out.ts';
import { temporaryFolder } from '../process.ts';

/** The browser that is there; null on a machine without one. */
const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(has) ?? null;

const settings = [
  '--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking',
  '--disable-component-update --disable-sync --disable-dev-shm-usage --remote-debugging-port=0',
].flatMap((line) => line.split(' '));

/** A browser with one page, in which expressions are evaluated by the DevTools protocol. */
async function openBrowser(program: string) {
  const folder = temporaryFolder();
  const browser = spawn(program, [...settings, `--user-data-dir=${folder.file('profile')}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => browser.once('exit', () => resolve()));
  const port = await new Promise<string>((resolve, reject) => {
    let said = '';
    browser.stderr.on('data', (chunk) => {
      said += chunk;
      const [, found] = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    browser.once('exit', () => reject(new Error(said)));
  });
  const pages = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const page = pages.find(({ type }) => type === 'page') ?? expect.fail('no page');
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  const waiting = new Map<number, (result: any) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    waiting.get(id)?.(result);
  });
  let sent = 0;
  const command = (method: string, params: object) =>
    // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
    new Promise<any>((resolve) => {
      waiting.set(++sent, resolve);
      socket.send(JSON.stringify({ id: sent, method, params }));
    });
  const evaluate = async (expression: string) =>
    (await command('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })).result?.value;
  return {
    open: (url: string) => command('Page.navigate', { url }),
    evaluate,
    /** The value of an expression as soon as it has one. */
    async until(expression: string) {
      for (;;) {
        const value = await evaluate(expression);
        if (value) return value;
        await delay(100);
      }
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      browser.kill('SIGKILL');
      await ended;
      await delay(200);
      folder[Symbol.dispose]();
    },
  };
}

describe('GraphiQL in a browser', unless(chromium === null, lacks.chromium), () => {
  // a browser of its own takes its time on a machine that has other work
  it('says why a token is refused, and keeps it for the tab only', { timeout: 600_000 }, async () => {
    await using server = await startServer();
    await using browser = await openBrowser(chromium ?? '');
    await browser.open(`${server.url}/graphql`);
    await browser.until(`document.querySelector('.graphiql-container .graphiql-editor') !== null`);
    const stored = `sessionStorage.setItem('graphiql:headers', JSON.stringify({ Authorization: 'Bearer expired' }));
      sessionStorage.setItem('graphiql:shouldPersistHeaders', 'true'); sessionStorage.removeItem('graphiql:tabState'); true`;
    await browser.evaluate(stored);
    await browser.open(`${server.url}/graphql?again`);
    const notice = await browser.until(`document.querySelector('[role=alert]#cq-unauthenticated')?.textContent`);
    expect(notice).toMatch(/^Invalid or expired token\. Change or remove the Authorization header/);
    const lasting = `Object.keys(Object.getOwnPropertyDescriptor(
      Object.assign(document.body.appendChild(document.createElement('iframe')), { hidden: true }).contentWindow,
      'localStorage').get.call(document.querySelector('iframe').contentWindow)).join()`;
    expect(await browser.evaluate(lasting)).toBe('');
    expect(await browser.evaluate(`Object.keys(sessionStorage).join()`)).toContain('graphiql:');
  });
});
