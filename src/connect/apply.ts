import { sep } from 'node:path';
import { makeFolders, removeFile, removeFolders, replaceFile } from './config-file.ts';
import { type Layer, type Ledger, readLedger, writeLedger } from './ledger.ts';
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
        write(path, plan.changes);
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

/** What is put in is in the ledger before, and what is taken out until after: so that nothing is there that it does not know of. */
function write(path: string, changes: readonly Change[]): void {
  let ledger = readLedger(path);
  const [adding, taking] = [true, false].map((adds) => changes.filter(({ added }) => added.length > 0 === adds));
  for (const { file, layers } of adding ?? [])
    ledger = { ...ledger, [file.path]: withMade(layers, makeFolders(file.path)) };
  if (adding?.length) writeLedger(path, ledger);
  for (const change of adding ?? []) writeFile(change);
  if (!taking?.length) return;
  try {
    for (const change of taking) {
      writeFile(change);
      ledger = { ...ledger, [change.file.path]: change.layers };
    }
  } finally {
    writeLedger(path, ledger);
  }
}

const withMade = (layers: readonly Layer[], made: readonly string[]): readonly Layer[] =>
  layers.map((layer, index) =>
    index === layers.length - 1 ? { ...layer, folders: [...layer.folders, ...made] } : layer,
  );

function writeFile({ file, text, mode }: Change): void {
  if (text !== null && (text !== file.text || mode !== file.mode)) replaceFile(file, text, mode);
  if (text === null && file.text !== null) removeFile(file);
}
