import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describeConfig } from '../config/config.ts';
import { warningsOf } from '../config/database.ts';
import { checkLocalFiles } from '../config/local-files.ts';
import { sqliteDatabase } from '../config/sqlite-url.ts';
import type { Credentials } from '../domain/account.ts';
import { shipped } from '../shipped.ts';
import { checkConnections } from './check-connections.ts';
import type { CommandContext } from './command-context.ts';
import { indexVectors } from './embeddings.ts';
import { runUntilSignal } from './shutdown-signals.ts';
import { requireTrustedDocuments } from './trusted-documents.ts';

/** Adds the commands serve, demo, migrate, print-schema and check-config. Server modules are imported lazily: other commands start faster. */
export function addServerCommands(program: Command, context: CommandContext) {
  program
    .command('serve', { isDefault: true })
    .description('run the server until it is told to stop (the default command)')
    .action(async () => {
      const config = context.config();
      const log = await context.log();
      for (const warning of [...context.warnings(), ...warningsOf(config.database)]) log.warn(warning);
      checkLocalFiles(config);
      const { serve } = await import('../main.ts');
      await runUntilSignal(log, async (signal) => {
        const server = await serve(config, log, { signal, announce });
        if ((await server.store.users.count()) === 0)
          console.error('There is no account yet: cq-server user add NAME --role admin');
        return server;
      });
    });

  program
    .command('demo')
    .description('run a server in memory with sample data, and print what to try')
    .action(async () => {
      const config = {
        ...context.config(),
        database: sqliteDatabase(':memory:'),
        migrate: true,
        jwtSecret: null,
        apiKeyPepper: null,
        // what it prints is to be tried
        trustedDocuments: null,
      };
      const log = await context.log();
      // without the access log, which would bury the tour
      const quiet = log.isLevelEnabled('info') ? log.child({}, { level: 'warn' }) : log;
      const { serve } = await import('../main.ts');
      const { prepareDemo } = await import('./demo.ts');
      await runUntilSignal(log, async (signal) => {
        const server = await serve(config, quiet, { signal });
        const samples = readFileSync(shipped('samples/units.jsonl'), 'utf8');
        console.log(await prepareDemo(server, samples));
        return server;
      });
    });

  program
    .command('migrate')
    .description('bring the database and its indexes up to date and exit, whatever CQ_MIGRATE says')
    .action(async () => {
      const { database } = context.config();
      await context.withStoreAt(database, { migrate: true }, async (store) => {
        await store.ping();
        await indexVectors(store);
      });
      console.log('The database is up to date.');
    });

  program
    .command('print-schema')
    .description('print the GraphQL schema')
    .action(async () => {
      const { readTypeDefs } = await import('../graphql/type-defs.ts');
      process.stdout.write(readTypeDefs());
    });

  program
    .command('check-config')
    .description('print the configuration, secrets left out, or say why serve would not take it')
    .option('--connect', 'also try the database, its replicas and the embedding service, and change nothing there')
    .action(async ({ connect }: { connect?: boolean }) => {
      for (const warning of context.warnings()) console.error(`cq-server: ${warning}`);
      const config = context.config();
      for (const warning of warningsOf(config.database)) console.error(`cq-server: ${warning}`);
      checkLocalFiles(config);
      await requireTrustedDocuments(config);
      // a model in a folder is a local file: it is loaded without `--connect` too
      if (config.embedding?.provider === 'local') await context.probeEmbedder(config.embedding);
      console.log(JSON.stringify({ ...describeConfig(config), sources: context.sources() }, null, 2));
      if (connect) await checkConnections(config, context);
    });
}

function announce({ username, password }: Credentials) {
  console.error(
    `\nThe first administrator is "${username}" with the password ${password}\n` +
      `It is not shown again. Sign in with it, or change it: cq-server user set-password ${username}\n`,
  );
}
