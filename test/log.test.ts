import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { freePort, start, temporaryFolder } from './process.ts';

/** The log writes to the standard output, so it is another process that logs. */
function logging(level: string, statement: string): string[] {
  const module = new URL('../src/log.ts', import.meta.url).href;
  const program = `const { createLog } = await import('${module}'); const log = createLog('${level}'); ${statement}`;
  return ['--input-type=module', '-e', program];
}

function logged(level: string, statement: string): Record<string, unknown>[] {
  return linesOf(execFileSync(process.execPath, logging(level, statement), { encoding: 'utf8' }));
}

function linesOf(output: string): Record<string, unknown>[] {
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

it('the log redacts fields that may hold a secret', () => {
  const secret = "{ authorization: 'Bearer hush', password: 'hush', name: 'mia' }";
  const lines = logged('info', `log.info(${secret}, 'here'); log.error({ headers: ${secret}, input: ${secret} });`);
  expect(JSON.stringify(lines)).not.toContain('hush');
  const cut = { authorization: '[redacted]', password: '[redacted]', name: 'mia' };
  expect(lines).toMatchObject([
    { ...cut, msg: 'here' },
    { headers: cut, input: cut },
  ]);
});

it('the log says when, and nothing of the machine', () => {
  const [line] = logged('info', "log.info('here')");
  expect(line).toEqual({
    level: 30,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    msg: 'here',
  });
});

it('the log leaves out what is below its level', () => {
  const all = "for (const level of ['debug', 'info', 'warn', 'error']) log[level](level);";
  expect(logged('warn', all).map(({ msg }) => msg)).toEqual(['warn', 'error']);
  expect(logged('silent', all)).toEqual([]);
});

describe('lines that wait to be written together', () => {
  const three = "for (const n of [1, 2, 3]) log.info({ n }, 'line');";
  const numbers = (lines: Record<string, unknown>[]) => lines.map(({ n }) => n);

  it.for([
    ['ends', ''],
    ['is ended', 'process.exit(0);'],
    [
      'is ended once they are flushed',
      "await (await import(process.env.LOG)).flushLog(); process.kill(process.pid, 'SIGKILL');",
    ],
    ['fails', "throw new Error('nobody catches this');"],
    ['is killed after a warning', "log.warn({ n: 4 }); process.kill(process.pid, 'SIGKILL');"],
  ])('are written when the process %s', async ([, ending]) => {
    const env = { ...process.env, LOG: new URL('../src/log.ts', import.meta.url).href };
    const child = spawn(process.execPath, logging('info', three + ending), {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const output = await text(child.stdout);
    expect(numbers(linesOf(output)).slice(0, 3)).toEqual([1, 2, 3]);
  });

  it('are one write, and those that are too many several', async () => {
    const statement = `
      const lengths = [];
      const { write } = process.stdout;
      process.stdout.write = function (text, ...rest) {
        lengths.push(text.split('\\n').length - 1);
        return write.call(this, text, ...rest);
      };
      ${three}
      process.send('logged');
      await new Promise((resolve) => process.once('message', resolve));
      const text = 'x'.repeat(10_000);
      for (const n of [4, 5, 6]) log.info({ n, text }, 'line');
      log.warn({ n: 7 }, 'at once');
      process.send(lengths);
      process.disconnect();`;
    const child = spawn(process.execPath, logging('info', statement), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const output = text(child.stdout as NonNullable<typeof child.stdout>);
    let seen = false;
    child.stdout?.once('data', () => {
      seen = true;
      child.send('go on');
    });
    const messages: unknown[] = [];
    child.on('message', (message) => messages.push(message));
    await once(child, 'close');
    expect(seen).toBe(true);
    expect(messages).toEqual(['logged', [3, 2, 2]]);
    expect(numbers(linesOf(await output))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('a log whose reader is behind', () => {
  it('drops what does not fit, says how much, and goes on when the reader does', async () => {
    const statement = `
      const text = 'x'.repeat(1000);
      for (let n = 0; n < 10_000; n++) log.info({ n, text }, 'line');
      process.send(process.stdout.writableLength);
      await new Promise((resolve) => process.stdout.once('drain', resolve));
      log.info('after');
      process.disconnect();`;
    const child = spawn(process.execPath, logging('info', statement), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    // nothing is read before all is logged
    const [waiting] = await once(child, 'message');
    expect(waiting).toBeLessThan(1_010_000);
    expect(waiting).toBeGreaterThan(900_000);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await once(child, 'close');
    const lines = linesOf(output);
    const [notice, after] = lines.slice(-2);
    const taken = lines.slice(0, -2);
    expect(after).toMatchObject({ msg: 'after' });
    expect(taken.map(({ n }) => n)).toEqual(taken.map((_line, n) => n));
    expect(taken.length).toBeGreaterThan(500);
    expect(notice).toMatchObject({ level: 40, lines: 10_000 - taken.length });
  });

  it('holds up no server, nor its end', async () => {
    using folder = temporaryFolder();
    const { child, ask } = await startUnread(folder.file('cq.db'));
    try {
      // more lines than a pipe or socket holds
      for (let n = 0; n < 50; n++)
        expect(new Set(await Promise.all(Array.from({ length: 20 }, ask)))).toEqual(new Set([true]));
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('is not missed when the reader is gone', async () => {
    using folder = temporaryFolder();
    const { child, ask } = await startUnread(folder.file('cq.db'));
    try {
      child.stdout?.destroy();
      child.stderr?.destroy();
      for (let n = 0; n < 10; n++) expect(await ask()).toBe(true);
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

/** A server whose output is not read. */
async function startUnread(database: string): Promise<{ child: ChildProcess; ask: () => Promise<boolean> }> {
  const port = await freePort();
  const environment = { CQ_DB_PATH: database, CQ_PORT: String(port), CQ_RATE_LIMIT: '0' };
  const child = start(['serve'], environment);
  const ask = () =>
    fetch(`http://127.0.0.1:${port}/graphql?query={serverInfo{version}}`).then(
      async (response) => (await response.text()).includes('version'),
      () => false,
    );
  while (!(await ask())) {
    if (child.exitCode !== null) throw new Error(`the server stopped with ${child.exitCode}`);
    await delay(30);
  }
  return { child, ask };
}
