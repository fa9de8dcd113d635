import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { openReadOnly } from './connection.ts';
import { translateError } from './driver-errors.ts';
import { mebibytes } from './mebibytes.ts';

/** So many findings are repeated in an error. */
const maxFindings = 3;

/**
 * Has SQLite read every page and index of a file that nobody else uses. Blocks: for commands only. Throws an Error that says what it has
 * found, or `UnusableDatabaseError` where it cannot even read it.
 */
export function requireIntact(file: string): void {
  let findings: string[];
  try {
    const handle = openReadOnly(file);
    try {
      findings = handle.prepare<[], string>(`pragma integrity_check(${maxFindings})`).pluck().all();
    } finally {
      handle.close();
    }
  } catch (error) {
    throw translateError(error);
  }
  if (findings.join() !== 'ok') throw new Error(`${file} is damaged: ${findings.join('; ').replaceAll('\n', ' ')}`);
}

/**
 * Throws an Error where a disk has less left than a file of so many bytes takes. Before anything is written: a disk that is full in the
 * midst of it would be full for everybody else.
 */
export function requireRoom(file: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(dirname(file));
  if (bavail * bsize < bytes)
    throw new Error(
      `${file} cannot be made: it takes ${mebibytes(bytes)} MiB, and its disk has ${mebibytes(bavail * bsize)} left.`,
    );
}
