import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { examine } from '../../src/cli/doctor/examine.ts';
import { type Machine, thisMachine } from '../../src/cli/doctor/machine.ts';
import { createCommandContext } from '../../src/command-context.ts';
import type { Finding } from '../../src/findings.ts';

/** A secret of this length is no finding. No finding may say it. */
export const secrets = { CQ_JWT_SECRET: 'hush-j'.repeat(6), CQ_API_KEY_PEPPER: 'hush-p'.repeat(6) };

interface DoctorOptions {
  /** What is other than on this machine. */
  readonly machine?: Partial<Machine>;
  readonly url?: string;
  readonly limitMs?: number;
}

/** What `cq-server doctor` finds with these variables. */
export async function doctor(
  environment: Record<string, string>,
  { machine = {}, url, limitMs = 60_000 }: DoctorOptions = {},
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const context = createCommandContext({ CQ_PORT: '0', ...environment }, () => {});
  await context.useConfigFile(undefined);
  await examine(context, { ...thisMachine(), ...machine }, { limitMs, url: url ?? null }, (finding) => {
    findings.push(finding);
  });
  expect(JSON.stringify(findings)).not.toContain('hush');
  for (const { level, advice, found } of findings) {
    expect(found).toMatch(/[.?]$/);
    expect([found, advice === null]).toEqual([found, level === 'ok']);
    expect(advice).not.toBe('');
  }
  return findings;
}

/** Those that are not well, as `level check`. */
export const wrongIn = (findings: readonly Finding[]): string[] =>
  findings.filter(({ level }) => level !== 'ok').map(({ level, check }) => `${level} ${check}`);

/** The first finding of a check that is not well. */
export function findingOf(findings: readonly Finding[], check: string): Finding {
  const found = findings.find((finding) => finding.check === check && finding.level !== 'ok');
  if (!found) throw new Error(`nothing is found of ${check}: ${JSON.stringify(findings, null, 1)}`);
  return found;
}

/** Each file of a folder with its contents, and when it was written. */
export function contentsOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mtimeMs, mode } = statSync(path);
      return [path, `${createHash('sha256').update(readFileSync(path)).digest('hex')} ${mtimeMs} ${mode.toString(8)}`];
    }),
  );
}
