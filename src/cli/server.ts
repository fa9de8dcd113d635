import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Environment } from '../cli.ts';
import { describeConfig } from '../config.ts';
import { sqliteDatabase } from '../database-config.ts';
import type { Server } from '../main.ts';

/** The modules of the server are read by the commands that run one: the others start in a fraction of the time. */
export function addServerCommands(program: Command, environment: Environment) {
  program
    .command('serve', { isDefault: true })
    .description('run the server until it is told to stop (the default command)')
    .action(async () => {
      const { serve } = await import('../main.ts');
      const server = await serve(environment.config(), environment.log());
      stopOnSignal(server);
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
        jwtSecret: null,
        apiKeyPepper: null,
      };
      const log = environment.log();
      log.level = 'warn';
      const { serve } = await import('../main.ts');
      const { prepareDemo } = await import('./demo.ts');
      const server = await serve(config, log);
      stopOnSignal(server);
      console.log(
        await prepareDemo(server, readFileSync(new URL('../../samples/units.jsonl', import.meta.url), 'utf8')),
      );
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

/**
 * The first signal stops the server once it has finished what it is doing; a second one does not wait. What comes within
 * a second of the first is the same one: a terminal signals every process in it, and npm passes its own on.
 */
function stopOnSignal(server: Server) {
  let first: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (first !== undefined) {
        if (performance.now() - first > 1000) process.exit(1);
        return;
      }
      first = performance.now();
      server.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(`cq-server: ${(error as Error).message}`);
          process.exit(1);
        },
      );
    });
}
