import { Command, CommanderError } from 'commander';
import { addAdoptionCommands } from './cli/adoption.ts';
import { addApiKeyCommands } from './cli/api-keys.ts';
import { addCopyCommand } from './cli/copy.ts';
import { addDataCommands } from './cli/data.ts';
import { addEmbeddingCommands } from './cli/embeddings.ts';
import { exitCodes, explain } from './cli/exit.ts';
import { addQuarantineCommands } from './cli/quarantine.ts';
import { addServerCommands } from './cli/server.ts';
import { addUserCommands } from './cli/users.ts';
import { type Config, databaseAt, readConfig } from './config.ts';
import type { DatabaseConfig } from './database-config.ts';
import { createLog } from './log.ts';
import type { Adoption, OpenOptions, Store } from './store/store.ts';
import { version } from './version.ts';

/** What commands are given: the configuration when they ask for it, and a store for as long as they work. */
export interface Environment {
  readonly config: () => Config;
  /** Opens the store, its schema brought up to date, runs `work`, and closes it. */
  readonly withStore: <T>(work: (store: Store, config: Config) => Promise<T>) => Promise<T>;
  /** The database that the URL in an option names, for which the configuration's other settings hold. */
  readonly databaseAt: (option: string, url: string) => DatabaseConfig;
  /** Opens another database as it is told to, runs `work`, and closes it. */
  readonly withStoreAt: <T>(
    database: DatabaseConfig,
    options: OpenOptions,
    work: (store: Store) => Promise<T>,
  ) => Promise<T>;
  /** Opens the way back of an adopted database, runs `work`, and closes it. Migrates and adopts nothing. */
  readonly withAdoption: <T>(work: (adoption: Adoption) => Promise<T>) => Promise<T>;
  readonly log: () => ReturnType<typeof createLog>;
}

const config = () => readConfig(process.env);

const withStoreAt: Environment['withStoreAt'] = async (database, options, work) => {
  const { openStore } = await import('./store/open.ts');
  const store = await openStore(database, { progress: console.error, ...options });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
};

const environment: Environment = {
  config,
  log: () => createLog(config().logLevel),
  databaseAt: (option, url) => databaseAt(option, url, process.env),
  withStoreAt,
  async withAdoption(work) {
    const { database } = config();
    const { openAdoption } = await import('./store/open.ts');
    const adoption = await openAdoption(database);
    try {
      return await work(adoption);
    } finally {
      await adoption.close();
    }
  },
  async withStore(work) {
    const configuration = config();
    return withStoreAt(configuration.database, { migrate: true }, (store) => work(store, configuration));
  },
};

const program = new Command('cq-server')
  .description('The cq server: a shared commons of knowledge units for coding agents.')
  .version(version)
  .showHelpAfterError('Run with --help to see what there is.')
  .addHelpText('after', '\nConfiguration is read from CQ_… variables: see docs/configuration.md, or run check-config.')
  .exitOverride();

addServerCommands(program, environment);
addUserCommands(program, environment);
addApiKeyCommands(program, environment);
addDataCommands(program, environment);
addQuarantineCommands(program, environment);
addCopyCommand(program, environment);
addAdoptionCommands(program, environment);
addEmbeddingCommands(program, environment);

try {
  await program.parseAsync();
} catch (error) {
  // commander has already said what is wrong with the command line
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  else {
    const { code, message } = explain(error);
    console.error(`cq-server: ${message}`);
    process.exitCode = code;
  }
}
