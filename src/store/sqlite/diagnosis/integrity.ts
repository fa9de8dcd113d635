import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytes, type Finding, ok, problem, shellWord, warning } from '../../../findings.ts';

/** What `integrity-check.ts` finds in a file. */
export interface Integrity {
  /** What `quick_check` says, or why it cannot be run; empty where all is well. */
  readonly faults: readonly string[];
  /** How many rows of a table refer to a row that is not there. */
  readonly orphans: readonly { readonly table: string; readonly rows: number }[];
}

const check = 'database.integrity';
const restore = 'Stop the server, keep the file, and put back a copy made by "cq-server backup".';

/** Looks through the whole file, in a process of its own that is ended when the time is over. */
export async function diagnoseIntegrity(file: string, limitMs: number): Promise<Finding> {
  const size = bytes(statSync(file).size);
  const integrity = await run(file, limitMs);
  if (integrity === null)
    return warning(
      check,
      `Looking through ${size} took longer than ${limitMs / 1000} s and was given up.`,
      'Give it longer: cq-server doctor --timeout 600',
    );
  const { faults, orphans } = integrity;
  if (faults.length > 0)
    return problem(check, `The file is damaged: ${faults.join('; ').replace(/\s+/g, ' ')}.`, restore);
  if (orphans.length > 0)
    return problem(
      check,
      `Rows refer to others that are not there: ${orphans.map(({ table, rows }) => `${rows} of ${table}`).join(', ')}.`,
      `Something else than a cq server has written. Look: sqlite3 ${shellWord(file)} 'pragma foreign_key_check'. ${restore}`,
    );
  return ok(check, `${size} looked through: every page and every reference is sound.`);
}

/** Null where it took too long. */
function run(file: string, limitMs: number): Promise<Integrity | null> {
  const program = fileURLToPath(new URL(`./integrity-check${extname(import.meta.url)}`, import.meta.url));
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [program, file],
      { timeout: limitMs, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        process.removeListener('exit', kill);
        if (error?.killed) resolve(null);
        else if (error) reject(new Error(stderr.trim().split('\n').at(-1) || error.message));
        else resolve(JSON.parse(stdout));
      },
    );
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
  });
}
