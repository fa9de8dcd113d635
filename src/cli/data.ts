import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { ConfigError } from '../config/config.ts';
import { exportUnits, importUnits } from '../domain/export-import.ts';
import { readSeeds, seed } from '../domain/seed.ts';
import { readLine } from '../domain/unit-lines.ts';
import type { KnowledgeUnit, Store } from '../store/store.ts';
import type { CommandContext } from './command-context.ts';
import { exitCodes } from './errors.ts';
import { throttledProgress } from './progress.ts';
import { findUser } from './users.ts';

/** Adds the commands seed, export, import and backup. */
export function addDataCommands(
  program: Command,
  { withStoreToChange, withStoreToCreate, withStoreToRead }: CommandContext,
) {
  program
    .command('seed <file>')
    .description('add units from a JSON file; existing ones stay as they are')
    .requiredOption('--user <name>', 'the user who proposes and reviews them')
    .action((file: string, { user }: { user: string }) =>
      withStoreToChange(async (store) => {
        const seeds = readSeeds(readFileSync(file, 'utf8'));
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
    .description('add units from lines of JSON; existing ones stay as they are')
    .action((file: string | undefined) => withStoreToCreate((store) => importFrom(store, file)));

  program
    .command('backup <file>')
    .description('write a consistent copy of the database as it is, also while a server is using it')
    .action((file: string) =>
      // of any schema version: a backup is needed most before an upgrade
      withStoreToRead(
        async (store) => {
          if (existsSync(file)) throw new ConfigError(`${file} exists already; name a new file.`);
          await store.backup(file);
          console.log(`${file} is a copy of the database.`);
        },
        { anyVersion: true },
      ),
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
  let rest = Buffer.alloc(0);
  for await (const chunk of handle.createReadStream()) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      last = rest.subarray(0, end).toString('utf8');
      position += end + 1;
      rest = rest.subarray(end + 1);
    }
  }
  const unit = last === null ? null : await store.units.find(readLine(last).unit.id);
  if (last !== null && !unit) throw new ConfigError(`${file} ends with a unit that this database does not have.`);
  return { position, last: unit };
}

async function importFrom(store: Store, file: string | undefined) {
  const input = file === undefined ? process.stdin : createReadStream(file);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const progress = throttledProgress();
  const { added, present, refused } = await importUnits(store, lines, (done) => progress(`${done} units imported`));
  for (const { line, reason } of refused) console.error(`line ${line}: ${reason}`);
  console.error(`${added} units added, ${present} were there already, ${refused.length} lines refused.`);
  if (refused.length > 0) process.exitCode = exitCodes.refused;
}
