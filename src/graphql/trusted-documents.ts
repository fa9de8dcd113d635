import { createHash } from 'node:crypto';
import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/** The only documents that a server runs, beside introspection (`CQ_TRUSTED_DOCUMENTS`). */
export interface TrustedDocuments {
  /** The text of a document, by its id in the file and by the SHA-256 of its text. */
  textOf(id: string): string | undefined;
  /** Whether a text is that of one of them, as it is written or as `print` writes it. */
  has(text: string): boolean;
}

/** A document of a file of trusted documents. */
export interface NamedDocument {
  readonly id: string;
  readonly text: string;
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Of documents that are valid: those of the file, and without an id those that are always in. `printed` is what `print` makes of one. */
export function createTrustedDocuments(
  documents: readonly { readonly id?: string; readonly text: string; readonly printed: string }[],
): TrustedDocuments {
  const byId = new Map(documents.map(({ text }) => [sha256(text), text]));
  for (const { id, text } of documents) if (id !== undefined) byId.set(id, text);
  const texts = new Set(documents.flatMap(({ text, printed }) => [text, printed]));
  return { textOf: (id) => byId.get(id), has: (text) => texts.has(text) };
}

const maxDocuments = 2000;
const maxIdLength = 200;

/**
 * The documents of a file: a JSON object from ids to texts, as graphql-codegen and Relay write it, or Apollo's manifest. Throws an
 * `Error` whose message continues the file's name.
 */
export function readDocuments(json: string): NamedDocument[] {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch {
    throw new Error('is not valid JSON');
  }
  const forms = 'a JSON object from ids to documents, or a manifest of Apollo';
  if (!isObject(value)) throw new Error(`must be ${forms}`);
  const entries = 'operations' in value && 'format' in value ? operationsOf(value) : Object.entries(value);
  if (entries.length > maxDocuments)
    throw new Error(`must have at most ${maxDocuments} documents, got ${entries.length}`);
  const documents = new Map<string, string>();
  for (const [id, text] of entries) {
    if (id === '' || id.length > maxIdLength)
      throw new Error(`has an id of ${id.length} characters, which must have 1 to ${maxIdLength}`);
    if (typeof text !== 'string') throw new Error(`must be ${forms}; the document ${JSON.stringify(id)} is no text`);
    if ((documents.get(id) ?? text) !== text) throw new Error(`has two documents with the id ${JSON.stringify(id)}`);
    documents.set(id, text);
  }
  return [...documents].map(([id, text]) => ({ id, text }));
}

/** Apollo's manifest: `{ format, version, operations: [{ id, name, type, body }] }`. */
function operationsOf({ format, version, operations }: Record<string, unknown>): [string, unknown][] {
  if (format !== 'apollo-persisted-query-manifest' || version !== 1)
    throw new Error(
      `must have the format "apollo-persisted-query-manifest" in version 1, got ${shown(format, version)}`,
    );
  if (!Array.isArray(operations)) throw new Error('must have a list of operations');
  return operations.map((operation: unknown, at) => {
    if (!isObject(operation) || typeof operation.id !== 'string')
      throw new Error(`must have an id in each operation, and has none in number ${at + 1}`);
    return [operation.id, operation.body];
  });
}

const shown = (...values: unknown[]) => values.map((value) => JSON.stringify(value)?.slice(0, 100)).join(' and ');
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const meta = ['__schema', '__type', '__typename'];

/** Whether a document selects nothing at its top but what the schema is. Requires fragments without cycles. */
export function onlyIntrospects({ definitions }: DocumentNode): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const known = new Map<string, boolean>();
  return definitions.every(
    (definition) => definition.kind !== Kind.OPERATION_DEFINITION || isMeta(definition.selectionSet),
  );

  function isMeta({ selections }: SelectionSetNode): boolean {
    return selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return meta.includes(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return isMeta(selection.selectionSet);
      const name = selection.name.value;
      const fragment = fragments.get(name);
      if (!known.has(name)) known.set(name, fragment === undefined || isMeta(fragment.selectionSet));
      return known.get(name) ?? false;
    });
  }
}
