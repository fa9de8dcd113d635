import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoFragmentCyclesRule,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type Token,
  UniqueFragmentNamesRule,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { ErrorCode } from '../errors.ts';
import { shapeLimits, shapeProblems } from './query-limits.ts';
import { onlyIntrospects, type TrustedDocuments } from './trusted-documents.ts';

/** Parses and validates operations, and caches the valid ones by their text. */
export interface DocumentCache {
  /** Parses a text. Throws `GraphQLError`. */
  parse(text: string): DocumentNode;
  /** Validates a document that `parse` made of `text`; at most ten errors. A valid one is cached, in the caller's share. */
  validate(document: DocumentNode, text: string, caller?: Caller): readonly GraphQLError[];
  /** Says how many bytes are kept with a cached document, beside itself. */
  weigh(document: DocumentNode, text: string, bytes: number): void;
  /** The text of a document that is trusted, or that was registered by its SHA-256 and is still cached. */
  textOf(id: string): string | undefined;
}

/** Whom a document is validated for. */
export interface Caller {
  /** Anonymous callers share a cache of their own: they cannot evict what those use who are signed in. */
  readonly isAnonymous: boolean;
  /** The SHA-256 of the text, if it is to be found by that. */
  readonly registers?: string;
}

interface Cached {
  readonly document: DocumentNode;
  sha256: string | null;
  /** What is kept with it. */
  readonly bytes: number;
}

/** Only texts of up to this many characters are cached. */
const maxCachedLength = 16_384;
/** Documents with more lines have no locations in errors: each location means counting lines, and there may be thousands. */
const maxLines = 500;
/** The estimated memory of the cached documents of callers who are signed in, with what is kept with them, and once more of all others. */
const maxCacheBytes = 16 * 1024 * 1024;
/** Measured: a token of a document takes about 450 bytes. */
const bytesPerToken = 500;
/** An entry's own, with its hash. */
const bytesPerEntry = 500;
const maxErrors = 10;

/** The query limits rely on these two rules. */
const rulesBeforeLimits = [UniqueFragmentNamesRule, NoFragmentCyclesRule];

export const parseDocument = (text: string): DocumentNode =>
  parse(text, { maxTokens: shapeLimits.tokens, noLocation: !isShort(text) });

/** `trusted`: the only documents that are valid, beside introspection; null where all are. */
export function createDocumentCache(
  schema: GraphQLSchema,
  { introspection, trusted = null }: { introspection: boolean; trusted?: TrustedDocuments | null },
): DocumentCache {
  const validateDocument = createDocumentValidator(schema, introspection);
  // by SHA-256, of documents that are cached
  const registered = new Map<string, string>();
  const createCache = () =>
    new LRUCache<string, Cached>({
      maxSize: maxCacheBytes,
      sizeCalculation: ({ document, bytes }, text) =>
        bytesPerEntry + 2 * text.length + bytesPerToken * tokensOf(document) + bytes,
      dispose: ({ sha256 }) => {
        if (sha256 !== null) registered.delete(sha256);
      },
    });
  const [ofKnown, ofAnonymous] = [createCache(), createCache()];
  return {
    parse: (text) => (ofKnown.get(text) ?? ofAnonymous.get(text))?.document ?? parseDocument(text),

    validate(document, text, { isAnonymous, registers } = { isAnonymous: true }) {
      let cached = ofKnown.peek(text) ?? ofAnonymous.peek(text);
      if (cached?.document !== document) {
        const isTrusted = trusted === null || trusted.has(text);
        const errors = validateDocument(document, isTrusted ? undefined : refuseUntrusted);
        // an invalid document is validated, and paid for, again each time
        if (errors.length > 0 || text.length > maxCachedLength) return errors;
        cached = { document, sha256: null, bytes: 0 };
        (isAnonymous ? ofAnonymous : ofKnown).set(text, cached);
      } else if (!isAnonymous && !ofKnown.has(text)) {
        const { sha256 } = cached;
        ofAnonymous.delete(text);
        ofKnown.set(text, cached);
        if (sha256 !== null) registered.set(sha256, text);
      }
      // what was just set may have been too large for the cache
      if (registers !== undefined && (ofKnown.has(text) || ofAnonymous.has(text))) {
        cached.sha256 = registers;
        registered.set(registers, text);
      }
      return [];
    },

    weigh(document, text, bytes) {
      for (const cache of [ofKnown, ofAnonymous]) {
        const cached = cache.peek(text);
        if (cached?.document !== document) continue;
        // another object, since the cache weighs no entry twice; the old one takes the hash with it
        cache.set(text, { ...cached, bytes });
        if (cached.sha256 !== null && cache.has(text)) registered.set(cached.sha256, text);
      }
    },

    textOf: (id) => trusted?.textOf(id) ?? registered.get(id),
  };
}

/**
 * Creates a function that validates documents by the rules and the query limits; at most ten errors. Without introspection, errors
 * suggest no names of the schema either. `check` is called once fragments are known to have no cycles.
 */
export function createDocumentValidator(schema: GraphQLSchema, introspection: boolean) {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const options = { maxErrors, hideSuggestions: !introspection };
  return (document: DocumentNode, check?: (document: DocumentNode) => GraphQLError[]): readonly GraphQLError[] => {
    const first = validate(schema, document, rulesBeforeLimits, options);
    if (first.length > 0) return first;
    const refused = check?.(document) ?? [];
    if (refused.length > 0) return refused;
    const shape = shapeProblems(document);
    return shape.length > 0 ? shape.slice(0, maxErrors) : validate(schema, document, rules, options);
  };
}

function refuseUntrusted(document: DocumentNode): GraphQLError[] {
  if (onlyIntrospects(document)) return [];
  const code: ErrorCode = 'DOCUMENT_NOT_TRUSTED';
  const message = 'This server runs the documents that its operator trusts, and this is none of them.';
  return [new GraphQLError(message, { extensions: { code } })];
}

function isShort(text: string): boolean {
  return text.length <= maxCachedLength && (text.match(/\r\n|[\n\r]/g)?.length ?? 0) < maxLines;
}

/** The tokens that a document keeps in memory: with locations also its comments, which `tokenCount` leaves out. */
function tokensOf({ loc, tokenCount = shapeLimits.tokens }: DocumentNode): number {
  if (!loc) return tokenCount;
  let count = 0;
  for (let token: Token | null = loc.startToken; token; token = token.next) count++;
  return count;
}
