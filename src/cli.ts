/** Entry point of `cq-server` and composition root of its commands: gives them a `CommandContext`, and reports their errors. */

import { homedir } from 'node:os';
import { CommanderError } from 'commander';
import { exitOnClosedOutput } from './cli/closed-output.ts';
import type { CommandContext } from './cli/command-context.ts';
import { describeError, exitCodes } from './cli/errors.ts';
import { createProgram } from './cli/program.ts';
import { type Config, databaseAt, readConfig } from './config/config.ts';
import { type Configured, ofEnvironment, sourcesOf } from './config/configured.ts';
import { warningsOf, withoutReplicas } from './config/database.ts';
import { unknownVariables, variables } from './config/variables.ts';
import { openLog } from './log.ts';
import type { OpenOptions, Store } from './store/store.ts';

let configured: Configured = ofEnvironment(process.env);

const config = () => readConfig(configured.environment, configured.origins);

const withStoreAt: CommandContext['withStoreAt'] = async (database, options, work) => {
  const { namingDatabaseInErrors, openStore } = await import('./store/open.ts');
  for (const warning of warningsOf(database)) console.error(`cq-server: ${warning}`);
  // a command has no use for replicas, and is not to wait for one that is away
  const store = await openStore(withoutReplicas(database), { progress: console.error, ...options });
  try {
    return await namingDatabaseInErrors(database, () => work(store));
  } finally {
    await store.close();
  }
};

type Work<T> = (store: Store, config: Config) => Promise<T>;

function open<T>(work: Work<T>, optionsBy: (config: Config) => OpenOptions): Promise<T> {
  const configuration = config();
  return withStoreAt(configuration.database, optionsBy(configuration), (store) => work(store, configuration));
}

const context: CommandContext = {
  async useConfigFile(option) {
    const environment = option === undefined ? process.env : { ...process.env, CQ_CONFIG: option };
    if (!environment.CQ_CONFIG) return;
    const { withConfigFile } = await import('./config/config-file.ts');
    configured = withConfigFile(environment);
  },
  config,
  sources: () => sourcesOf(Object.keys(variables), configured),
  surroundings: () => ({
    environment: process.env,
    platform: process.platform,
    home: homedir(),
    folder: process.cwd(),
  }),
  log() {
    const settings = config();
    return openLog(settings, settings.tracing !== null);
  },
  warnings: () => [...unknownVariables(process.env), ...configured.warnings],
  databaseAt: (option, url) => databaseAt(option, url, configured.environment),
  withStoreAt,
  withStoreToRead: (work, options) => open(work, () => ({ migrate: false, readonly: true, ...options })),
  withStoreToChange: (work) => open(work, ({ migrate }) => ({ migrate, existing: true })),
  withStoreToCreate: (work) => open(work, ({ migrate }) => ({ migrate })),
  async probeEmbedder(config, signal) {
    const [{ openEmbedder }, { probe }] = await Promise.all([
      import('./embedding/open-embedder.ts'),
      import('./embedding/probe.ts'),
    ]);
    return (await probe(openEmbedder(config), signal)).model;
  },
  async inspect(database) {
    const { inspectDatabase } = await import('./store/open.ts');
    return inspectDatabase(database);
  },
  async requireIntact(file) {
    const { requireIntact } = await import('./store/open.ts');
    return requireIntact(file);
  },
  async requireReplica(database, address) {
    const { requireReplica } = await import('./store/open.ts');
    return requireReplica(database, address);
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

exitOnClosedOutput();

try {
  await createProgram(context).parseAsync();
} catch (error) {
  // commander has already printed a usage error
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  else {
    const { code, message } = describeError(error);
    console.error(`cq-server: ${message}`);
    process.exitCode = code;
  }
}
