import {
  type DocumentNode,
  type GraphQLError,
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
import { shapeLimits, shapeProblems } from './query-limits.ts';

/** Parses and validates operations, and caches the valid ones by their text. */
export interface DocumentCache {
  /** Parses a text. Throws `GraphQLError`. */
  parse(text: string): DocumentNode;
  /** Validates a document that `parse` made of `text`; at most ten errors. A valid one is cached. */
  validate(document: DocumentNode, text: string): readonly GraphQLError[];
}

/** Only texts of up to this many characters are cached. */
const maxCachedLength = 16_384;
/** Documents with more lines have no locations in errors: each location means counting lines, and there may be thousands. */
const maxLines = 500;
/** The estimated memory of all cached documents. */
const maxCacheBytes = 16 * 1024 * 1024;
/** Measured: a token of a document takes about 450 bytes. */
const bytesPerToken = 500;
const maxErrors = 10;

/** The query limits rely on these two rules. */
const rulesBeforeLimits = [UniqueFragmentNamesRule, NoFragmentCyclesRule];

/** Without introspection, errors suggest no names of the schema either. */
export function createDocumentCache(
  schema: GraphQLSchema,
  { introspection }: { introspection: boolean },
): DocumentCache {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const options = { maxErrors, hideSuggestions: !introspection };
  const cache = new LRUCache<string, DocumentNode>({
    maxSize: maxCacheBytes,
    sizeCalculation: (document, text) => 2 * text.length + bytesPerToken * tokensOf(document),
  });
  return {
    parse: (text) => cache.get(text) ?? parse(text, { maxTokens: shapeLimits.tokens, noLocation: !isShort(text) }),

    validate(document, text) {
      if (cache.peek(text) === document) return [];
      const errors = validateDocument(document);
      // an invalid document is validated, and paid for, again each time
      if (errors.length === 0 && text.length <= maxCachedLength) cache.set(text, document);
      return errors;
    },
  };

  function validateDocument(document: DocumentNode): readonly GraphQLError[] {
    const first = validate(schema, document, rulesBeforeLimits, options);
    if (first.length > 0) return first;
    const shape = shapeProblems(document);
    return shape.length > 0 ? shape.slice(0, maxErrors) : validate(schema, document, rules, options);
  }
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
