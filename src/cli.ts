import { CommanderError } from 'commander';
import type { Environment } from './cli/environment.ts';
import { endWithReader, exitCodes, explain } from './cli/exit.ts';
import { createProgram } from './cli/program.ts';
import { type Config, databaseAt, readConfig, unknownVariables } from './config/config.ts';
import { openLog } from './log.ts';
import type { OpenOptions, Store } from './store/store.ts';

const config = () => readConfig(process.env);

const withStoreAt: Environment['withStoreAt'] = async (database, options, work) => {
  const { naming, openStore } = await import('./store/open.ts');
  const store = await openStore(database, { progress: console.error, ...options });
  try {
    return await naming(database, () => work(store));
  } finally {
    await store.close();
  }
};

type Work<T> = (store: Store, config: Config) => Promise<T>;

function open<T>(work: Work<T>, optionsBy: (config: Config) => OpenOptions): Promise<T> {
  const configuration = config();
  return withStoreAt(configuration.database, optionsBy(configuration), (store) => work(store, configuration));
}

const environment: Environment = {
  config,
  log: () => openLog(config()),
  warnings: () => unknownVariables(process.env),
  databaseAt: (option, url) => databaseAt(option, url, process.env),
  withStoreAt,
  reading: (work, options) => open(work, () => ({ migrate: false, readonly: true, ...options })),
  changing: (work) => open(work, ({ migrate }) => ({ migrate, existing: true })),
  making: (work) => open(work, ({ migrate }) => ({ migrate })),
  async probeEmbedder(config, signal) {
    const [{ openEmbedder }, { probe }] = await Promise.all([
      import('./embedding/open.ts'),
      import('./embedding/probe.ts'),
    ]);
    return (await probe(openEmbedder(config), signal)).model;
  },
  async inspect(database) {
    const { inspectDatabase } = await import('./store/open.ts');
    return inspectDatabase(database);
  },
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
};

endWithReader();

try {
  await createProgram(environment).parseAsync();
} catch (error) {
  // commander has already said what is wrong with the command line
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  else {
    const { code, message } = explain(error);
    console.error(`cq-server: ${message}`);
    process.exitCode = code;
  }
}
