import { once } from 'node:events';
import { type KyselyPlugin, sql } from 'kysely';
import { steps } from '../../migrations/index.ts';
import type { Schema, StepContext } from '../../migrations/step.ts';
import { readConfig } from '../../src/config/config.ts';
import { openStore } from '../../src/store/open.ts';

/**
 * A process that migrates the database of its environment, and is stopped on the way: `migrate-slowly.ts STEP COUNT` says `there` after so
 * many statements of the step, and goes on when it reads something. At the end it says how many statements each step has had.
 */
const [stepName, at] = process.argv.slice(2);
const counts: Record<string, number> = {};

/** The context of a step, with statements that are counted. */
function counted(name: string, { native: _, ...context }: StepContext): StepContext {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      counts[name] = (counts[name] ?? 0) + 1;
      if (name === stepName && counts[name] === Number(at)) {
        process.stdout.write('there\n');
        await once(process.stdin, 'data');
      }
      return result;
    },
  };
  const db: Schema = context.db.withPlugin(plugin);
  return {
    ...context,
    db,
    async native(statements) {
      for (const statement of context.pick(statements)) await sql.raw(statement).execute(db);
    },
  };
}

for (const step of steps as readonly { name: string; run: (context: StepContext) => Promise<void> }[]) {
  const run = step.run;
  step.run = (context) => run(counted(step.name, context));
}
const store = await openStore(readConfig(process.env).database, { migrate: true });
await store.close();
process.stdout.write(`${JSON.stringify(counts)}\n`);
process.stdin.destroy();
