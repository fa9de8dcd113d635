import { statfsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** What is asked of the machine that the command runs on. */
export interface Machine {
  readonly nodeVersion: string;
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** The most memory that this process may have, of a container or of the machine, in bytes. */
  readonly memory: number;
  /** The most that V8 lets the heap grow to, in bytes. */
  readonly heapLimit: number;
  /** The disk that a folder is on. */
  readonly disk: (folder: string) => Disk;
}

export interface Disk {
  /** Bytes that are free for this user. */
  readonly free: number;
  readonly size: number;
  /** The number of its file system's type, as statfs(2) has it. */
  readonly type: number;
}

export const thisMachine = (): Machine => ({
  nodeVersion: process.version,
  now: Date.now,
  // unlimited is 0, or a number beyond all memory
  memory: Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem()),
  heapLimit: getHeapStatistics().heap_size_limit,
  disk(folder) {
    const { bavail, blocks, bsize, type } = statfsSync(folder);
    return { free: bavail * bsize, size: blocks * bsize, type };
  },
});
