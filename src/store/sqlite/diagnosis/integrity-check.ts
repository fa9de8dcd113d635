/**
 * A program of its own, which looks through a whole file: `quick_check` and foreign keys. In a process, since nothing else can end
 * what takes too long. Writes JSON, an `Integrity`, to standard output.
 */

import { openReadOnly } from '../connection.ts';
import type { Integrity } from './integrity.ts';

function look(file: string): Integrity {
  const handle = openReadOnly(file);
  try {
    const faults = handle.prepare<[], string>('pragma quick_check(5)').pluck().all();
    const orphans = handle
      .prepare<[], { table: string; rows: number }>(
        'select "table", count(*) as rows from pragma_foreign_key_check group by 1',
      )
      .all();
    return { faults: faults.filter((fault) => fault !== 'ok'), orphans };
  } finally {
    handle.close();
  }
}

try {
  process.stdout.write(JSON.stringify(look(process.argv[2] ?? '')));
} catch (error) {
  process.stdout.write(JSON.stringify({ faults: [(error as Error).message], orphans: [] } satisfies Integrity));
}
