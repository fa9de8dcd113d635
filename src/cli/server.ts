import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Command } from 'commander';
import { checkConfig } from '../check-config.ts';
import type { Environment } from '../cli.ts';
import { describeConfig } from '../config.ts';
import { sqliteDatabase } from '../database-config.ts';
import type { Log } from '../log.ts';
import type { Server } from '../main.ts';
import { tryConnections } from './connections.ts';

/** The modules of the server are read by the commands that run one: the others start in a fraction of the time. */
export function addServerCommands(program: Command, environment: Environment) {
  program
    .command('serve', { isDefault: true })
    .description('run the server until it is told to stop (the default command)')
    .action(async () => {
      const config = environment.config();
      const log = await environment.log();
      for (const warning of environment.warnings()) log.warn(warning);
      checkConfig(config);
      const stopping = stopOnSignal(log);
      const { serve } = await import('../main.ts');
      const server = await serve(config, log);
      stopping.serves(server);
      const { administrator, store } = server;
      if (administrator)
        console.error(
          `\nThe first administrator is "${administrator.username}" with the password ${administrator.password}\n` +
            'It is not shown again. Sign in at the address above, or change it: cq-server user set-password admin\n',
        );
      else if ((await store.users.count()) === 0)
        console.error('Nobody has an account yet: cq-server user add NAME --role admin');
    });

  program
    .command('demo')
    .description('run a server in memory with sample data, and print what to try')
    .action(async () => {
      const config = {
        ...environment.config(),
        database: sqliteDatabase(':memory:'),
        migrate: true,
        jwtSecret: null,
        apiKeyPepper: null,
      };
      const log = await environment.log();
      // requests would bury what to try; that it stops is said all the same
      const stopping = stopOnSignal(log.child({}, { level: log.level }));
      if (log.isLevelEnabled('info')) log.level = 'warn';
      const { serve } = await import('../main.ts');
      const { prepareDemo } = await import('./demo.ts');
      const server = await serve(config, log);
      stopping.serves(server);
      console.log(
        await prepareDemo(server, readFileSync(new URL('../../samples/units.jsonl', import.meta.url), 'utf8')),
      );
    });

  program
    .command('migrate')
    .description('bring the database up to date and exit, whatever CQ_MIGRATE says')
    .action(async () => {
      const { database } = environment.config();
      await environment.withStoreAt(database, { migrate: true }, (store) => store.ping());
      console.log('The database is up to date.');
    });

  program
    .command('print-schema')
    .description('print the GraphQL schema')
    .action(async () => {
      const { readTypeDefs } = await import('../graphql/schema.ts');
      process.stdout.write(readTypeDefs());
    });

  program
    .command('check-config')
    .description('print the configuration, secrets left out, or say why serve would not take it')
    .option('--connect', 'also try the database, its replicas and the embedding service, and change nothing there')
    .action(async ({ connect }: { connect?: boolean }) => {
      for (const warning of environment.warnings()) console.error(`cq-server: ${warning}`);
      const config = environment.config();
      checkConfig(config);
      console.log(JSON.stringify(describeConfig(config), null, 2));
      if (connect) await tryConnections(config, environment);
    });
}

/**
 * The first signal stops the server once it has finished what it is doing; a second one does not wait. What comes within a
 * second of the first is the same one: a terminal signals every process in it, and npm passes its own on. One that comes
 * before the server is ready ends the process as it would without this: what is written then is in one transaction.
 */
function stopOnSignal(log: Log): { serves(server: Server): void } {
  let server: Server | undefined;
  let first: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (first !== undefined && performance.now() - first <= 1000) return;
      if (!server || first !== undefined) {
        log.warn({ signal }, server ? 'stopped without waiting' : 'stopped before it was ready');
        process.exit(server ? 1 : 128 + constants.signals[signal]);
      }
      first = performance.now();
      log.info({ signal }, 'stopping');
      server.stop().then(
        () => {
          log.info('stopped');
          process.exit(0);
        },
        (error: unknown) => {
          console.error(`cq-server: ${(error as Error).message}`);
          process.exit(1);
        },
      );
    });
  return {
    serves(ready) {
      server = ready;
    },
  };
}
