import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readTypeDefs } from '../../src/graphql/type-defs.ts';
import { run } from '../process.ts';

const commands = [
  '',
  'serve',
  'demo',
  'migrate',
  'print-schema',
  'check-config',
  'doctor',
  'user',
  'user add',
  'user list',
  'user set-role',
  'user set-password',
  'user suspend',
  'user reinstate',
  'user close',
  'user reopen',
  'user sessions',
  'user end-sessions',
  'user invite',
  'user invitations',
  'user revoke-invitation',
  'user erase',
  'user erasures',
  'api-key',
  'api-key create',
  'api-key list',
  'api-key revoke',
  'seed',
  'export',
  'import',
  'backup',
  'unit',
  'unit erase',
  'unit erasures',
  'quarantine',
  'quarantine list',
  'quarantine show',
  'quarantine admit',
  'quarantine discard',
  'copy',
  'adoption',
  'adoption status',
  'adoption undo',
  'adoption discard',
  'embeddings',
  'embeddings status',
  'embeddings parked',
  'embeddings retry',
  'embeddings index',
  'audit',
  'secrets',
  'secrets status',
  'webhook',
  'webhook create',
  'webhook list',
  'webhook change',
  'webhook on',
  'webhook off',
  'webhook rotate',
  'webhook test',
  'webhook deliveries',
  'webhook send-again',
  'webhook delete',
  'connect',
  'check-operations',
];

it('every command explains itself', async () => {
  const helps: string[] = [];
  for (const command of commands) {
    const { code, stdout, stderr } = await run([...command.split(' ').filter(Boolean), '--help'], {});
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: cq-server ${command}`.trimEnd());
    helps.push(stdout);
  }
  const listed = [...(helps[0] ?? '').matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name);
  expect(listed.filter((name) => name !== 'help' && !name?.startsWith('-'))).toEqual(
    commands.filter((command) => command && !command.includes(' ')),
  );
});

it.for([
  [['nonsense'], /unknown command|too many arguments/],
  [['serve', '--nonsense'], /unknown option '--nonsense'/],
  [['user', 'add'], /missing required argument 'name'/],
  [['user', 'add', 'x', '--role', 'king'], /must be one of member, reviewer, admin/],
  [['copy', '--from', 'sqlite:///x.db'], /required option '--to <url>'/],
  [['api-key', 'create', '--name', 'x'], /required option '--user <name>'/],
] as const)('%j is a mistake in the command line', async ([args, message]) => {
  const { code, stderr } = await run(args, {});
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

it('prints its version and its schema', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect((await run(['--version'], {})).stdout).toBe(`${version}\n`);
  expect((await run(['print-schema'], {})).stdout).toBe(readTypeDefs());
});
