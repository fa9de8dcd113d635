import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { checkConfig } from '../config/check.ts';
import { describeConfig } from '../config/config.ts';
import { sqliteDatabase } from '../config/database.ts';
import type { Credentials } from '../domain/account.ts';
import { type Log, logTaken } from '../log.ts';
import type { Server } from '../main.ts';
import { shipped } from '../shipped.ts';
import { tryConnections } from './connections.ts';
import type { Environment } from './environment.ts';
import { outliveReader } from './exit.ts';

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
      const { serve } = await import('../main.ts');
      await untilSignal(log, async (signal) => {
        const server = await serve(config, log, { signal, announce });
        if ((await server.store.users.count()) === 0)
          console.error('Nobody has an account yet: cq-server user add NAME --role admin');
        return server;
      });
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
      const quiet = log.isLevelEnabled('info') ? log.child({}, { level: 'warn' }) : log;
      const { serve } = await import('../main.ts');
      const { prepareDemo } = await import('./demo.ts');
      await untilSignal(log, async (signal) => {
        const server = await serve(config, quiet, { signal });
        const samples = readFileSync(shipped('samples/units.jsonl'), 'utf8');
        console.log(await prepareDemo(server, samples));
        return server;
      });
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

function announce({ username, password }: Credentials) {
  console.error(
    `\nThe first administrator is "${username}" with the password ${password}\n` +
      `It is not shown again. Sign in with it, or change it: cq-server user set-password ${username}\n`,
  );
}

/**
 * Runs a server. The first signal stops it once it has finished what it is doing, or ends its start; a second one does not
 * wait. What comes within a second of the first is the same one: a terminal signals every process in it, and npm passes its
 * own on.
 */
async function untilSignal(log: Log, start: (signal: AbortSignal) => Promise<Server>) {
  outliveReader();
  const told = new AbortController();
  let first: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (first === undefined) {
        first = performance.now();
        log.info({ signal }, 'stopping');
        told.abort();
      } else if (performance.now() - first > 1000) {
        log.warn({ signal }, 'stopped without waiting');
        process.exit(1);
      }
    });
  try {
    const server = await start(told.signal);
    if (!told.signal.aborted) await once(told.signal, 'abort');
    await server.stop();
    log.info('stopped');
  } catch (error) {
    if (first === undefined) throw error;
    if (error !== told.signal.reason) {
      console.error(`cq-server: ${(error as Error).message}`);
      process.exit(1);
    }
    log.info('stopped before it was ready');
  }
  await logTaken();
  process.exit();
}
