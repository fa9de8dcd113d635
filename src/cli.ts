import { Command, CommanderError } from 'commander';
import { addApiKeyCommands } from './cli/api-keys.ts';
import { addDataCommands } from './cli/data.ts';
import { addEmbeddingCommands } from './cli/embeddings.ts';
import { exitCodes, explain } from './cli/exit.ts';
import { addQuarantineCommands } from './cli/quarantine.ts';
import { addServerCommands } from './cli/server.ts';
import { addUserCommands } from './cli/users.ts';
import { type Config, readConfig } from './config.ts';
import { createLog } from './log.ts';
import type { Store } from './store/store.ts';
import { version } from './version.ts';

/** What commands are given: the configuration when they ask for it, and a store for as long as they work. */
export interface Environment {
  readonly config: () => Config;
  /** Opens the store, its schema brought up to date, runs `work`, and closes it. */
  readonly withStore: <T>(work: (store: Store, config: Config) => Promise<T>) => Promise<T>;
  readonly log: () => ReturnType<typeof createLog>;
}

const config = () => readConfig(process.env);

const environment: Environment = {
  config,
  log: () => createLog(config().logLevel),
  async withStore(work) {
    const configuration = config();
    const { openStore } = await import('./store/open.ts');
    const store = await openStore(configuration.database, { migrate: true, progress: console.error });
    try {
      return await work(store, configuration);
    } finally {
      await store.close();
    }
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
