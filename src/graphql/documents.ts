import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  NoFragmentCyclesRule,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  UniqueFragmentNamesRule,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { shapeLimits, shapeProblems } from './limits.ts';

/** Texts of operations, read and checked against the schema. */
export interface Documents {
  /** The document that a text says. Throws `GraphQLError`. */
  parse(text: string): DocumentNode;
  /** What is wrong with a document that `parse` made of `text`; the ten first things, when it is many. */
  check(document: DocumentNode, text: string): readonly GraphQLError[];
}

/** Documents of up to this many characters are kept, and errors name the places in them: finding a place means counting lines. */
const longestKept = 16_384;
/** What documents that are kept may take, by their size in memory. */
const keptBytes = 16 * 1024 * 1024;
/** Measured: a token of a document takes about 450 bytes. */
const bytesPerToken = 500;
const maxErrors = 10;

/** What the limits of a shape, and the rules after them, rely on. */
const rulesBeforeShape = [UniqueFragmentNamesRule, NoFragmentCyclesRule];

/** Where there is no introspection, messages suggest no names either. */
export function createDocuments(schema: GraphQLSchema, { introspection }: { introspection: boolean }): Documents {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const options = { maxErrors, hideSuggestions: !introspection };
  const kept = new LRUCache<string, DocumentNode>({
    maxSize: keptBytes,
    sizeCalculation: ({ tokenCount = shapeLimits.tokens }, text) => 2 * text.length + bytesPerToken * tokenCount,
  });
  return {
    parse: (text) =>
      kept.get(text) ?? parse(text, { maxTokens: shapeLimits.tokens, noLocation: text.length > longestKept }),

    check(document, text) {
      if (kept.peek(text) === document) return [];
      const problems = problemsOf(document);
      // one that fails pays for being looked at again
      if (problems.length === 0 && text.length <= longestKept) kept.set(text, document);
      return problems;
    },
  };

  function problemsOf(document: DocumentNode): readonly GraphQLError[] {
    const first = validate(schema, document, rulesBeforeShape, options);
    if (first.length > 0) return first;
    const shape = shapeProblems(document);
    return shape.length > 0 ? shape.slice(0, maxErrors) : validate(schema, document, rules, options);
  }
}
