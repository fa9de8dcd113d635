import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Waits until the disk has what was written to a file. */
export const syncFile = (file: string): void => sync(file, 'r+');

/** Waits until the disk has the names in a folder: else a new one may be gone after a power failure. Windows has no such thing. */
export function syncFolder(folder: string): void {
  if (process.platform !== 'win32') sync(folder, 'r');
}

function sync(path: string, flags: string): void {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
