import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestModule, TestSuite } from 'vitest/node';

/** What not every machine has: why tests are left out without it, and how to get it. */
export const lacks = {
  pgvector:
    'PostgreSQL has no pgvector. Set CQ_TEST_POSTGRES_URL to a server that has it, or start Docker, which brings one.',
  minutes:
    'they take minutes. npm run test:campaign has all of them, CQ_TEST_POSTGRES_URL with a server of yours some.',
  sqliteVec: 'sqlite-vec has no binary for this platform.',
  git: 'there is no git on the PATH.',
  curl: 'there is no curl on the PATH.',
  prlimit: 'there is no prlimit on the PATH; on Linux, util-linux has it.',
  cores: 'there is one processor core.',
  bash: 'there is no bash on the PATH, which tells the exit codes of a pipe.',
  script: 'there is no script on the PATH, which makes a terminal; on Linux, util-linux has it.',
  browser: 'there is no Chrome, Edge or Chromium here, and none out of npm for this platform.',
  openssl: 'there is no openssl on the PATH, which makes the certificates.',
  psql: 'there is no psql on the PATH, beside which the answers are put.',
  nginx: 'there is no nginx on the PATH or in /usr/sbin; Debian has it as a package.',
  pgbouncer: 'there is no pgbouncer on the PATH; Debian and others have a package of this name.',
  pgDump: 'there is no pg_dump and pg_restore on the PATH, or one that is older than the server.',
  helm: 'there is no helm on the PATH; for Linux on x64 npm brings one.',
  systemdAnalyze: 'there is no systemd-analyze on the PATH, of systemd 250 or newer.',
  proc: 'there is no /proc, in which Linux tells how much memory a process takes.',
} as const;

/** A reason to leave something out. */
export type Lack = (typeof lacks)[keyof typeof lacks];

declare module 'vitest' {
  interface TaskMeta {
    leftOut?: string;
  }
}

/** Options for a test or suite: it runs unless `lacking`, and is else listed at the end with the reason, by its name. */
export function unless(lacking: boolean, reason: Lack) {
  return lacking ? { skip: true, meta: { leftOut: reason } } : {};
}

/** Whether a program is on the PATH. */
export const has = (program: string) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** What was left out of these, for the reader of the output: each reason once, and below it the names. */
export function listLeftOut(modules: readonly TestModule[]): string {
  const names = new Map<string, string[]>();
  for (const module of modules) collect(module, [`${module.project.name}: ${module.relativeModuleId}`], names);
  return [...names].map(([reason, tests]) => `\nLeft out, since ${reason}\n${tests.join('\n')}\n`).join('');
}

function collect(parent: TestModule | TestSuite, path: readonly string[], names: Map<string, string[]>) {
  for (const task of parent.children) {
    const here = [...path, task.name];
    const reason = task.meta().leftOut;
    if (reason !== undefined) names.set(reason, [...(names.get(reason) ?? []), `  ${here.join(' > ')}`]);
    else if (task.type === 'suite') collect(task, here, names);
  }
}
