import type { Command } from 'commander';
import type { DatabaseConfig } from '../config/database.ts';
import { audit, operator } from '../domain/audit.ts';
import type { CopiedTable, Store } from '../store/store.ts';
import type { CommandContext } from './command-context.ts';
import { throttledProgress } from './progress.ts';

export function addCopyCommand(program: Command, { config, databaseAt, withStoreAt }: CommandContext) {
  program
    .command('copy')
    .description('copy a whole installation to a new database; stop the server first, so that nothing is missed')
    .requiredOption('--from <url>', 'the database to read, which stays as it is')
    .requiredOption('--to <url>', 'the database to write, without any rows; tables are made where there are none')
    .action(async (options: { from: string; to: string }) => {
      const { migrate } = config();
      const from = databaseAt('--from', options.from);
      const to = databaseAt('--to', options.to);
      console.error(`Reading ${from.label}.`);
      await withStoreAt(from, { migrate: false, readonly: true }, async (source) => {
        console.error(`Writing ${to.label}.`);
        const copied = await withStoreAt(to, { migrate, empty: true }, (target) => copy(source, target, from.label));
        console.log(report(copied, from, to));
      });
    });
}

const copy = (source: Store, target: Store, from: string) =>
  target.transaction(async (tx) => {
    const copied = await tx.fill(source.rows, throttledProgress(0));
    // after the rows are compared: the target's own entry, and the first that the source does not have
    const rows = copied.reduce((sum, table) => sum + table.rows, 0);
    await audit(tx, operator, 'database.copied', { details: { from, rows } });
    return copied;
  });

function report(copied: readonly CopiedTable[], from: DatabaseConfig, to: DatabaseConfig): string {
  const widest = Math.max(...copied.map(({ table }) => table.length));
  const lines = copied.map(
    ({ table, rows, checksum }) => `${table.padEnd(widest)}  ${String(rows).padStart(9)}  ${checksum}`,
  );
  const total = copied.reduce((sum, { rows }) => sum + rows, 0);
  return `${lines.join('\n')}
${total} rows copied from ${from.label} to ${to.label}. Counts and checksums (SHA-256) are the same in both.
Secrets are not in the database: take CQ_JWT_SECRET and CQ_API_KEY_PEPPER along, or the file cq.secrets.json beside
the old database, or no token and no API key is valid any more.`;
}
