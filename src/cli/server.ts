import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Environment } from '../cli.ts';
import { describeConfig } from '../config.ts';
import { sqliteDatabase } from '../database-config.ts';
import type { Credentials } from '../domain/account.ts';
import type { Server } from '../main.ts';

/** The modules of the server are read by the commands that run one: the others start in a fraction of the time. */
export function addServerCommands(program: Command, environment: Environment) {
  program
    .command('serve', { isDefault: true })
    .description('run the server until it is told to stop (the default command)')
    .action(async () => {
      const { serve } = await import('../main.ts');
      await untilSignal(async (signal) => {
        const server = await serve(environment.config(), environment.log(), { signal, announce });
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
        jwtSecret: null,
        apiKeyPepper: null,
      };
      const log = environment.log();
      log.level = 'warn';
      const { serve } = await import('../main.ts');
      const { prepareDemo } = await import('./demo.ts');
      await untilSignal(async (signal) => {
        const server = await serve(config, log, { signal });
        const samples = readFileSync(new URL('../../samples/units.jsonl', import.meta.url), 'utf8');
        console.log(await prepareDemo(server, samples));
        return server;
      });
    });

  program
    .command('migrate')
    .description('bring the database up to date and exit')
    .action(() =>
      environment.withStore((store) => store.ping().then(() => console.log('The database is up to date.'))),
    );

  program
    .command('print-schema')
    .description('print the GraphQL schema')
    .action(async () => {
      const { readTypeDefs } = await import('../graphql/schema.ts');
      process.stdout.write(readTypeDefs());
    });

  program
    .command('check-config')
    .description('print the configuration, secrets left out, or say what is wrong with it')
    .action(() => console.log(JSON.stringify(describeConfig(environment.config()), null, 2)));
}

function announce({ username, password }: Credentials) {
  console.error(
    `\nThe first administrator is "${username}" with the password ${password}\n` +
      `It is not shown again. Sign in with it, or change it: cq-server user set-password ${username}\n`,
  );
}

/**
 * Runs a server. The first signal stops it once it has finished what it is doing, or ends its start; a second one does not
 * wait.
 */
async function untilSignal(start: (signal: AbortSignal) => Promise<Server>) {
  const told = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (told.signal.aborted) process.exit(1);
      told.abort();
    });
  try {
    const server = await start(told.signal);
    if (!told.signal.aborted) await once(told.signal, 'abort');
    await server.stop();
  } catch (error) {
    if (!told.signal.aborted) throw error;
    if (error !== told.signal.reason) {
      console.error(`cq-server: ${(error as Error).message}`);
      process.exit(1);
    }
    console.error('cq-server: told to stop before it had started.');
  }
  process.exit();
}
