import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** The log writes to the standard output, so it is another process that logs. */
function logged(level: string, statement: string): Record<string, unknown>[] {
  const module = new URL('../src/log.ts', import.meta.url).href;
  const program = `const { createLog } = await import('${module}'); const log = createLog('${level}'); ${statement}`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

it('the log cuts out what may be a secret, should anybody hand it one', () => {
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
