import { sep } from 'node:path';
import { makeFolders, removeFile, removeFolders, replaceFile } from './config-file.ts';
import { type Ledger, readLedger, writeLedger } from './ledger.ts';
import { withLock } from './lock.ts';
import type { Change, Plan } from './plan.ts';
import { joinOn, type Surroundings, stateFolder } from './surroundings.ts';

/** Where it stands what was written where. */
export const ledgerFile = (here: Surroundings): string => joinOn(here, stateFolder(here), 'connections.json');

/**
 * Makes a plan and carries it out, while no other process does, nor changes one of the files if it locks them as Claude Code does. The
 * ledger is written first, so that nothing is there that it does not know of.
 */
export async function carryOut(here: Surroundings, makePlan: (ledger: Ledger) => Plan): Promise<Plan> {
  const path = ledgerFile(here);
  const first = makePlan(readLedger(path));
  if (first.changes.length === 0) return first;
  try {
    return await withLock(path, async () => {
      const existing = makePlan(readLedger(path)).changes.filter(({ file }) => file.text !== null);
      const plan = await withLocks(existing.map(({ file }) => file.path).toSorted(), () => {
        const plan = makePlan(readLedger(path));
        for (const change of plan.changes) write(path, change);
        return plan;
      });
      // not before: the locks are in them
      const stay = removeFolders(plan.changes.flatMap(({ folders }) => folders));
      if (stay.length > 0) writeLedger(path, withFolders(readLedger(path), stay));
      return plan;
    });
  } finally {
    removeFolders([stateFolder(here)]);
  }
}

/** Folders that were made for a file that is gone go with the next one within them. */
function withFolders(ledger: Ledger, folders: readonly string[]): Ledger {
  const result = { ...ledger };
  for (const folder of folders) {
    const heir = Object.keys(result).find((file) => file.startsWith(folder + sep));
    const [first, ...others] = (heir !== undefined && result[heir]) || [];
    if (heir !== undefined && first) result[heir] = [{ ...first, folders: [folder, ...first.folders] }, ...others];
  }
  return result;
}

const withLocks = <T>([first, ...others]: readonly string[], work: () => T): Promise<T> =>
  first === undefined ? Promise.resolve(work()) : withLock(first, () => withLocks(others, work));

function write(ledger: string, { file, text, mode, layers }: Change): void {
  const note = (of: readonly (typeof layers)[number][]) =>
    writeLedger(ledger, { ...readLedger(ledger), [file.path]: of });
  if (text === null) {
    if (file.text !== null) removeFile(file);
    note(layers);
    return;
  }
  const made = makeFolders(file.path);
  const last = layers.at(-1);
  const known =
    last && made.length > 0 ? [...layers.slice(0, -1), { ...last, folders: [...last.folders, ...made] }] : layers;
  // taken out: the ledger forgets it afterwards
  if (known.length > 0) note(known);
  if (text !== file.text || mode !== file.mode) replaceFile(file, text, mode);
  note(known);
}
