import { ConflictError } from '../errors.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { digestOf, type Editor } from './editor.ts';
import { type Excerpt, excerptOf, excerptOfOthers, excerptsOf } from './excerpt.ts';
import { withoutEmpty } from './json-text.ts';
import type { Layer, Ledger, Piece } from './ledger.ts';
import { editorOf, type Part, pathOf, saysNothing } from './part.ts';
import { cut, insert, positionOf, type Range, UnusableText } from './text-edits.ts';

/** What is to become of a file. */
export interface Change {
  readonly file: ConfigFile;
  /** The text to write; null to remove the file. */
  readonly text: string | null;
  readonly mode: number;
  /** For a person: what is taken out, then what is put in. */
  readonly removed: readonly Excerpt[];
  readonly added: readonly Excerpt[];
  /** What the ledger says of the file from then on. */
  readonly layers: readonly Layer[];
  /** Folders that go with the file, if nothing else is in them. */
  readonly folders: readonly string[];
}

export interface Plan {
  readonly changes: readonly Change[];
  /** What a person should know, such as what was left as it is. */
  readonly notes: readonly string[];
}

const privateMode = 0o600;

/**
 * What is to be written so that the files have the parts, and nothing else of the connection `by`. Throws `ConflictError` where a file
 * cannot be read, or has something else in the place of a part, unless `force` is set. Writes nothing.
 */
export function planConnect(parts: readonly Part[], by: string, ledger: Ledger, force: boolean): Plan {
  const notes: string[] = [];
  const files = Map.groupBy(parts, ({ file }) => readConfigFile(file).path);
  const changes = [...files].flatMap(([path, wanted]) => {
    const file = readConfigFile(path);
    return explained(file, () => connectFile(file, wanted, by, ledger[path] ?? [], force, notes)) ?? [];
  });
  const abandoned = planUndo((layer, path) => layer.by === by && !files.has(path), ledger, force);
  return { changes: [...changes, ...abandoned.changes], notes: [...notes, ...abandoned.notes] };
}

interface Wanted extends Omit<Part, 'path'> {
  readonly path: readonly string[];
  readonly editor: Editor;
  /** Digests of what was put there before, of what is there, and of what is to be there. */
  readonly known: string | null;
  readonly there: string | null;
  readonly as: string;
}

const isSame = (one: Pick<Piece, 'kind' | 'path'>, other: Pick<Piece, 'kind' | 'path'>) =>
  one.kind === other.kind && one.path.join('\0') === other.path.join('\0');

function connectFile(
  file: ConfigFile,
  parts: readonly Part[],
  by: string,
  layers: readonly Layer[],
  force: boolean,
  notes: string[],
): Change | null {
  const original = file.text ?? '';
  const mine = layers.find((layer) => layer.by === by);
  const wanted = parts
    .filter(({ inNewFile }) => !inNewFile || file.text === null || mine?.created)
    .map((part): Wanted => {
      const { kind, value, sameBy } = part;
      const path = pathOf(part, original);
      const known = mine?.pieces.find((piece) => isSame(piece, { kind, path: [...path] }))?.digest ?? null;
      const editor = editorOf(kind, path, value, known, sameBy);
      const there = editor.read(original);
      return { ...part, path, editor, known, there: there === undefined ? null : digestOf(there), as: digestOf(value) };
    });
  const missing = wanted.filter((part) => !stays(file, part, force, notes));
  const stale = (mine?.pieces ?? []).filter(
    (piece) => !wanted.some((part) => isSame(piece, { ...part, path: [...part.path] })),
  );
  if (missing.length === 0 && stale.length === 0) return null;

  const exact = mine !== undefined && mine.digest === digestOf(original);
  const before = mine ?? { created: file.text === null, folders: [], containers: [], mode: null, pieces: [] };
  const cleared = exact
    ? { text: cut(original, mine.ranges), removed: excerptsOf(original, mine.ranges) }
    : withoutPieces(original, missing, stale, force, file.path, notes);
  const adding = exact ? wanted.filter((part) => missing.includes(part) || part.known !== null) : missing;

  let { text } = cleared;
  let ranges: readonly Range[] = [];
  const containers = exact ? [] : [...before.containers];
  for (const { editor, as } of adding) {
    const added = editor.add(text);
    ({ text, ranges } = insert(text, added.insertions, ranges));
    if (digestOf(editor.read(text)) !== as) throw new UnusableText('has a form that this cannot be added to', 0);
    containers.push(...added.containers.map((container) => [...container]));
  }
  const kept = exact
    ? []
    : before.pieces.filter((piece) => wanted.some((part) => isSame(piece, { ...part, path: [...part.path] })));
  const added = adding.map(({ kind, path, as }): Piece => ({ kind, path: [...path], digest: as }));
  const secret = wanted.some((part) => part.secret);
  const narrowed = secret && file.mode !== null && (file.mode & 0o077) !== 0;
  if (narrowed) notes.push(`${file.path} has the key in it, and can be read by you alone from now on.`);
  const layer: Layer = {
    by,
    // with parts that were there before, the ranges are not all that was put in
    digest: mine && !exact ? '' : digestOf(text),
    ranges: ranges.map(([offset, length]): [number, number] => [offset, length]),
    pieces: [...kept.filter((piece) => !added.some((other) => isSame(piece, other))), ...added],
    containers,
    created: before.created,
    folders: before.folders,
    mode: before.mode ?? (narrowed ? file.mode : null),
  };
  return {
    file,
    text,
    mode: secret ? (file.mode ?? privateMode) & privateMode : (file.mode ?? 0o666 & ~process.umask()),
    removed: cleared.removed,
    added: excerptsOf(text, ranges),
    layers: [...layers.filter((other) => other !== mine), layer],
    folders: [],
  };
}

/** Whether a part is not to be written: it is there already, or a person has made something else of it. */
function stays({ path: file }: ConfigFile, part: Wanted, force: boolean, notes: string[]): boolean {
  const { kind, keeps, known, there, as } = part;
  if (there === as || (keeps === 'any' && there !== null)) return true;
  if (keeps !== 'edited' || force) return false;
  const edited = kind === 'element' ? known !== null && there === null : there !== null && there !== known;
  if (edited) notes.push(`${file}: ${placeOf(part)} was changed, and is left as it is; --force replaces it.`);
  return edited;
}

/** A text without what is to be replaced, and without what was put in and is not wanted any more. */
function withoutPieces(
  original: string,
  missing: readonly Wanted[],
  stale: readonly Piece[],
  force: boolean,
  path: string,
  notes: string[],
) {
  let text = original;
  const removed: Excerpt[] = [];
  for (const part of missing) {
    if (part.there === null) continue;
    if (part.there !== part.known && !force) throw new ConflictError(notFromHere(part), []);
    const shorter = part.editor.remove(text);
    removed.push(removedFrom(text, shorter, part, part.there === part.known ? undefined : part.editor.read(text)));
    text = shorter;
  }
  const rest = withoutOwn(path, text, stale, force, notes);
  return { text: rest.text, removed: [...removed, ...rest.removed] };
}

/** What is taken out, as it is to be shown: `others` is what is there instead of what was put there. */
const removedFrom = (
  text: string,
  shorter: string,
  { kind, path }: { readonly kind: Piece['kind']; readonly path: readonly string[] },
  others: unknown,
) =>
  others === undefined || kind === 'file'
    ? excerptOf(text, shorter)
    : excerptOfOthers(text, shorter, path.at(-1) ?? '', others);

const placeOf = ({ kind, path }: { readonly kind: Piece['kind']; readonly path: readonly string[] }) =>
  kind === 'file' ? 'the text' : path.join('.');

const notFromHere = (part: Wanted) => {
  const other = part.kind === 'line' ? '--key-variable names another one' : '--name gives the server another name';
  return `has ${placeOf(part)} already, which connect did not write. --force replaces it; ${other}.`;
};

/**
 * What is to be written so that nothing is left of the connections for which `of` holds. What a person has changed stays, unless `force` is
 * set.
 */
export function planUndo(of: (layer: Layer, path: string) => boolean, ledger: Ledger, force: boolean): Plan {
  const notes: string[] = [];
  const changes = Object.entries(ledger).flatMap(([path, layers]) => {
    const undone = layers.filter((layer) => of(layer, path));
    return undone.length > 0 ? [undoFile(readConfigFile(path), layers, undone, force, notes)] : [];
  });
  return { changes, notes };
}

function undoFile(
  file: ConfigFile,
  all: readonly Layer[],
  undone: readonly Layer[],
  force: boolean,
  notes: string[],
): Change {
  let text = file.text ?? '';
  let layers = [...all];
  const removed: Excerpt[] = [];
  let last: Layer | null = null;
  // the last one first: with each, the text is again what it was when the one before was written
  for (const layer of undone.toReversed()) {
    const exact = layer.digest === digestOf(text);
    const rest = exact
      ? { text: cut(text, layer.ranges), removed: excerptsOf(text, layer.ranges) }
      : explained(file, () => withoutLayer(file.path, text, layer, force, notes));
    removed.push(...rest.removed);
    text = rest.text;
    const [heir, ...others] = layers.filter((other) => other !== layer);
    if (!heir) last = layer;
    layers = heir ? [inheriting(heir, layer, exact), ...others] : [];
  }
  const gone = file.text === null || (last?.created === true && saysNothing(text));
  const mode = file.mode === privateMode ? (last?.mode ?? file.mode) : (file.mode ?? privateMode);
  return {
    file,
    text: gone ? null : text,
    mode,
    removed,
    added: [],
    layers,
    folders: gone ? (last?.folders ?? []) : [],
  };
}

/** What was made for a layer that is gone is there for the next one. */
const inheriting = (heir: Layer, gone: Layer, exact: boolean): Layer => ({
  ...heir,
  created: heir.created || gone.created,
  folders: [...new Set([...gone.folders, ...heir.folders])],
  mode: heir.mode ?? gone.mode,
  containers: exact ? heir.containers : [...gone.containers, ...heir.containers],
});

function withoutLayer(path: string, text: string, { pieces, containers }: Layer, force: boolean, notes: string[]) {
  const rest = withoutOwn(path, text, pieces.toReversed(), force, notes);
  let { text: shorter } = rest;
  for (const container of containers.toReversed()) shorter = withoutEmpty(shorter, container);
  return { text: shorter, removed: rest.removed };
}

function withoutOwn(path: string, original: string, pieces: readonly Piece[], force: boolean, notes: string[]) {
  let text = original;
  const removed: Excerpt[] = [];
  for (const piece of pieces) {
    const editor = editorOf(piece.kind, piece.path, undefined, piece.digest);
    const there = editor.read(text);
    if (there === undefined) {
      // an element is found by what it says
      if (piece.kind === 'element')
        notes.push(`${path}: ${placeOf(piece)} does not have what connect put there: it was taken out, or changed.`);
      continue;
    }
    if (digestOf(there) !== piece.digest && !force) {
      notes.push(`${path}: ${placeOf(piece)} was changed since, and is left as it is; --force removes it.`);
      continue;
    }
    const shorter = editor.remove(text);
    removed.push(removedFrom(text, shorter, piece, digestOf(there) === piece.digest ? undefined : there));
    text = shorter;
  }
  return { text, removed };
}

/** Names the file and the place in errors about a text. */
function explained<T>(file: ConfigFile, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    if (!(error instanceof UnusableText)) throw new ConflictError(`${file.path} ${error.message}`, []);
    const place = positionOf(file.text ?? '', error.offset);
    throw new ConflictError(`${file.path}:${place} ${error.message}. It is left as it is.`, []);
  }
}
