import { homedir } from 'node:os';
import type { CommandContext } from './cli/command-context.ts';
import { type Config, databaseAt, readConfig } from './config/config.ts';
import { type Configured, ofEnvironment, sourcesOf } from './config/configured.ts';
import { warningsOf, withoutReplicas } from './config/database.ts';
import type { Environment } from './config/value-schemas.ts';
import { unknownVariables, variables } from './config/variables.ts';
import { openLog } from './log.ts';
import type { OpenOptions, Store } from './store/store.ts';

/** What commands are given, by these variables; `tell` takes lines for people. What a command does not use is not loaded. */
export function createCommandContext(environment: Environment, tell: (line: string) => void): CommandContext {
  let configured: Configured = ofEnvironment(environment);
  const config = () => readConfig(configured.environment, configured.origins);

  const withStoreAt: CommandContext['withStoreAt'] = async (database, options, work) => {
    const { namingDatabaseInErrors, openStore } = await import('./store/open.ts');
    for (const warning of warningsOf(database)) tell(`cq-server: ${warning}`);
    // a command has no use for replicas, and is not to wait for one that is away
    const store = await openStore(withoutReplicas(database), { progress: tell, ...options });
    try {
      return await namingDatabaseInErrors(database, () => work(store));
    } finally {
      await store.close();
    }
  };

  function open<T>(
    work: (store: Store, config: Config) => Promise<T>,
    optionsBy: (config: Config) => OpenOptions,
  ): Promise<T> {
    const configuration = config();
    return withStoreAt(configuration.database, optionsBy(configuration), (store) => work(store, configuration));
  }

  return {
    async useConfigFile(option) {
      const given = option === undefined ? environment : { ...environment, CQ_CONFIG: option };
      if (!given.CQ_CONFIG) return;
      const { withConfigFile } = await import('./config/config-file.ts');
      configured = withConfigFile(given);
    },
    config,
    surroundings: () => ({ environment, platform: process.platform, home: homedir(), folder: process.cwd() }),
    sources: () => sourcesOf(Object.keys(variables), configured),
    log() {
      const settings = config();
      return openLog(settings, settings.tracing !== null);
    },
    warnings: () => [...unknownVariables(environment), ...configured.warnings],
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
    async diagnose(database, options, report) {
      const { diagnoseDatabase } = await import('./store/open.ts');
      return diagnoseDatabase(database, options, report);
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
}
