import { createReadStream, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { ConfigError } from '../config/config.ts';
import { exportUnits, importUnits } from '../domain/export-import.ts';
import { readSeeds, seed } from '../domain/seed.ts';
import { readText, readTextLines } from '../domain/text-lines.ts';
import { readLine } from '../domain/unit-lines.ts';
import type { KnowledgeUnit, Store } from '../store/store.ts';
import type { CommandContext } from './command-context.ts';
import { exitCodes } from './errors.ts';
import { throttledProgress } from './progress.ts';
import { findUser } from './users.ts';

/** Adds the commands seed, export and import. */
export function addDataCommands(
  program: Command,
  { withStoreToChange, withStoreToCreate, withStoreToRead }: CommandContext,
) {
  program
    .command('seed <file>')
    .description('propose and review the lessons of a JSON file, which have no ids; existing ones stay as they are')
    .requiredOption('--user <name>', 'the user who proposes and reviews them')
    .action((file: string, { user }: { user: string }) =>
      withStoreToChange(async (store) => {
        const seeds = readSeeds(await readText(createReadStream(file)));
        const person = await findUser(store, user);
        const added = await seed(store, seeds, { proposer: person, reviewer: person, at: () => store.now() });
        console.log(`${added.length} units added, ${seeds.length - added.length} were there already.`);
      }),
    );

  program
    .command('export')
    .argument('[file]', 'where to; standard output when absent')
    .description('write every unit as a line of JSON')
    .option('--resume', 'continue a file whose export was interrupted')
    .action((file: string | undefined, { resume }: { resume?: boolean }) =>
      withStoreToRead((store) => exportTo(store, file, resume ?? false)),
    );

  program
    .command('import')
    .argument('[file]', 'where from; standard input when absent')
    .description('add the units of an export; existing ones stay as they are')
    .action((file: string | undefined) =>
      withStoreToCreate((store, { trust }) => importFrom(store, file, trust.secretScan)),
    );
}

async function exportTo(store: Store, file: string | undefined, resume: boolean) {
  const start = file !== undefined && resume ? await resumePointOf(store, file) : { position: 0, last: null };
  if (file !== undefined && !resume && existsSync(file))
    throw new ConfigError(`${file} exists already; name a new file, or go on with it by --resume.`);
  const handle = file === undefined ? null : await open(file, resume ? 'r+' : 'wx', 0o600);
  const progress = throttledProgress();
  let position = start.position;
  let done = 0;
  try {
    await handle?.truncate(position);
    for await (const { line } of exportUnits(store, start.last)) {
      if (handle) position += (await handle.write(`${line}\n`, position)).bytesWritten;
      else if (!process.stdout.write(`${line}\n`))
        await new Promise((resolve) => process.stdout.once('drain', resolve));
      progress(`${++done} units exported`);
    }
  } finally {
    await handle?.close();
  }
  console.error(`${done} units exported.`);
}

/** Finds where to resume an export: the end of the last complete line, and its unit. */
async function resumePointOf(store: Store, file: string): Promise<{ position: number; last: KnowledgeUnit | null }> {
  if (!existsSync(file)) throw new ConfigError(`${file} does not exist, so there is no export to resume.`);
  const handle = await open(file, 'r');
  let position = 0;
  let last: string | null = null;
  for await (const { text, problem, end, ended } of readTextLines(handle.createReadStream())) {
    if (!ended) break;
    if (problem !== null) throw new ConfigError(`${file} is no export: a line ${problem}.`);
    last = text;
    position = end;
  }
  const unit = last === null ? null : await store.units.find(readLine(last).unit.id);
  if (last !== null && !unit) throw new ConfigError(`${file} ends with a unit that this database does not have.`);
  return { position, last: unit };
}

async function importFrom(store: Store, file: string | undefined, secretScan: boolean) {
  const input = file === undefined ? process.stdin : createReadStream(file);
  const progress = throttledProgress();
  const watch = {
    progress: (done: number) => progress(`${done} units imported`),
    refused: (line: number, reason: string) => console.error(`line ${line}: ${reason}`),
  };
  const { added, present, refused } = await importUnits(store, readTextLines(input), watch, secretScan);
  console.error(`${added} units added, ${present} were there already, ${refused} lines refused.`);
  if (refused > 0) process.exitCode = exitCodes.refused;
}
