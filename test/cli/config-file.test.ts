import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { run, temporaryFolder } from '../process.ts';

it('every command takes its variables from a file too, and check-config says where each is from', async () => {
  using folder = temporaryFolder();
  const file = folder.file('cq.yaml');
  const text = `CQ_DB_PATH: ${folder.file('cq.db')}\nCQ_PORT: 4000\nCQ_JWT_SECRET: hush-j\nCQ_API_KEY_PEPPER: hush-p\nCQ_PROT: 1\n`;
  writeFileSync(file, text, { mode: 0o600 });
  const added = await run(['user', 'add', 'ann', '--password-stdin'], { CQ_CONFIG: file }, 'a long password');
  expect(added).toMatchObject({ code: 0 });
  const [listed, checked, refused, helped] = await Promise.all([
    run(['user', 'list', '--config', file], { CQ_CONFIG: folder.file('none') }),
    run(['check-config'], { CQ_CONFIG: file, CQ_PORT: '5000' }),
    run(['serve'], { CQ_CONFIG: file, CQ_PORT: '', CQ_CORS_ORIGIN: 'x' }),
    run(['--version'], { CQ_CONFIG: folder.file('none') }),
  ]);
  expect(listed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ann\t/) });
  const warning = `"CQ_PROT" in ${file}, line 5, is not a variable of this server and is ignored; did you mean CQ_PORT?`;
  expect(checked).toMatchObject({ code: 0, stderr: `cq-server: ${warning}\n` });
  expect(JSON.parse(checked.stdout)).toMatchObject({
    port: 5000,
    jwtSecret: 'set',
    sources: {
      CQ_CONFIG: 'environment',
      CQ_DB_PATH: `${file}, line 1`,
      CQ_JWT_SECRET: `${file}, line 3`,
      CQ_API_KEY_PEPPER: `${file}, line 4`,
      CQ_PORT: `environment, before ${file}, line 2`,
    },
  });
  expect(refused).toMatchObject({ code: 78, stderr: expect.stringMatching(/^cq-server: CQ_CORS_ORIGIN must be/) });
  expect(helped.code).toBe(0);
  for (const { stdout, stderr } of [listed, checked, refused]) expect(stdout + stderr).not.toContain('hush');
  const broken = await run(['user', 'list', '--config', folder.file('none')], {});
  expect(broken).toMatchObject({
    code: 78,
    stderr: expect.stringMatching(/^cq-server: CQ_CONFIG cannot be read: ENOENT/),
  });
});
