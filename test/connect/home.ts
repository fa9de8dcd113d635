import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { CommanderError } from 'commander';
import { vi } from 'vitest';
import type { CommandContext } from '../../src/cli/command-context.ts';
import { describeError, exitCodes } from '../../src/cli/errors.ts';
import { createProgram } from '../../src/cli/program.ts';
import { temporaryFolder } from '../process.ts';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface How {
  /** What is written to standard input, with `--key-stdin`. */
  readonly key?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly platform?: NodeJS.Platform;
}

/** A home of a person with a project in it, and `cq-server connect` run there, in this process. */
export function aHome() {
  const folder = temporaryFolder();
  const path = realpathSync(folder.path);
  const file = (name: string) => join(path, name);
  mkdirSync(file('project'));
  return {
    path,
    file,
    read: (name: string) => readFileSync(file(name), 'utf8'),
    has: (name: string) => existsSync(file(name)),
    mode: (name: string) => statSync(file(name)).mode & 0o777,
    write(name: string, text: string | Uint8Array, mode = 0o644) {
      mkdirSync(dirname(file(name)), { recursive: true });
      writeFileSync(file(name), text, { mode });
    },
    /** All files, with what is in them, and all links, with where they lead. */
    everything: (): Record<string, string> =>
      Object.fromEntries(
        readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => !entry.isDirectory())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
          .map((name) => [name, lstatSync(name).isSymbolicLink() ? readlinkSync(name) : readFileSync(name, 'latin1')]),
      ),
    /** `connect` with these arguments. Without `--url` and unless it undoes, it is not tried. */
    connect: (line: string, how: How = {}) => connect(path, line, how),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

export type Home = ReturnType<typeof aHome>;

async function connect(home: string, line: string, { key, environment = {}, platform = 'linux' }: How): Promise<Said> {
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text) => void lines.stdout.push(text)),
    vi.spyOn(console, 'error').mockImplementation((text) => void lines.stderr.push(text)),
  ];
  const surroundings = () => ({ environment, platform, home, folder: join(home, 'project') });
  const { stdin } = process;
  Object.defineProperty(process, 'stdin', {
    value: Readable.from(key === undefined ? [] : [Buffer.from(key)]),
    configurable: true,
  });
  process.exitCode = 0;
  try {
    // it is given no database, nor anything else, and needs no configuration of a server
    const useConfigFile = () => Promise.reject(new Error('CQ_CONFIG cannot be read.'));
    const program = createProgram({ surroundings, useConfigFile } as unknown as CommandContext);
    for (const command of [program, ...program.commands])
      command.configureOutput({ writeErr: (text) => void lines.stderr.push(text) });
    const args = line.split(' ').filter(Boolean);
    await program.parseAsync(['connect', ...args, ...(line.includes('--url') ? [] : ['--no-try'])], { from: 'user' });
  } catch (error) {
    const { code, message } = describeError(error);
    process.exitCode = error instanceof CommanderError ? exitCodes.usage : code;
    lines.stderr.push(message);
  } finally {
    for (const spy of spies) spy.mockRestore();
    Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
  }
  const code = Number(process.exitCode);
  process.exitCode = 0;
  return { code, stdout: lines.stdout.join('\n'), stderr: lines.stderr.join('\n') };
}
