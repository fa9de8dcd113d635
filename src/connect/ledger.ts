import { z } from 'zod';
import { ConflictError } from '../errors.ts';
import { makeFolders, readConfigFile, removeFile, replaceFile } from './config-file.ts';

/** One thing that was put into a file: where it is, and a digest of it, by which a change of it is noticed. */
const piece = z.object({
  kind: z.enum(['property', 'element', 'table', 'line', 'file']),
  path: z.array(z.string()),
  digest: z.string(),
});

/** What one `connect` put into one file. Texts and keys are not in it. */
const layer = z.object({
  /** The client, the scope and the name. */
  by: z.string(),
  /** A digest of the text as it was left, and what to cut out of that to have the text as it was before. */
  digest: z.string(),
  ranges: z.array(z.tuple([z.number(), z.number()])),
  pieces: z.array(piece),
  /** The containers that were made for the pieces. */
  containers: z.array(z.array(z.string())),
  /** Whether there was no file before, and which folders were made for it. */
  created: z.boolean(),
  folders: z.array(z.string()),
  /** The permission bits before, where they were narrowed. */
  mode: z.number().nullable(),
});

const ledger = z.object({ version: z.literal(1), files: z.record(z.string(), z.array(layer)) });

export type Piece = Readonly<z.infer<typeof piece>>;
export type Layer = Readonly<z.infer<typeof layer>>;

/** What has been put into which file, so that it can be taken out again: by the path of the file, in the order of time. */
export type Ledger = Readonly<Record<string, readonly Layer[]>>;

/** Throws `ConflictError` for a file of another form, such as one of a later release. */
export function readLedger(path: string): Ledger {
  const { text } = readConfigFile(path);
  if (text === null) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // answered below
  }
  const read = ledger.safeParse(value);
  if (read.success) return read.data.files;
  throw new ConflictError(
    `${path}, which says what connect has written where, cannot be read. It is left as it is.`,
    [],
  );
}

export function writeLedger(path: string, files: Ledger): void {
  makeFolders(path, 0o700);
  const kept = Object.fromEntries(Object.entries(files).filter(([, layers]) => layers.length > 0));
  const file = readConfigFile(path);
  if (Object.keys(kept).length === 0) removeFile(file);
  else replaceFile(file, `${JSON.stringify({ version: 1, files: kept }, null, 2)}\n`, 0o600);
}
