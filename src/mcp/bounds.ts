import { unitIdPattern } from '../domain/ids.ts';
import { limits } from '../domain/rules.ts';
import { maxCursor } from '../graphql/cursor.ts';
import { maxSearchResults } from '../graphql/search.ts';

/** What the domain takes of a value, as keywords of JSON Schema; of a list also what it takes of its items. */
export interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Bounds;
}

/** No database stores NUL. Unpaired surrogates, which none stores either, JSON Schema cannot express. */
const pattern = '^[^\\u0000]*$';
const textUpTo = (maxLength: number): Bounds => ({ maxLength, pattern });
const listUpTo = (maxItems: number, length: number): Bounds => ({ maxItems, items: textUpTo(length) });
const unitId: Bounds = { pattern: unitIdPattern };
const filterItems = listUpTo(limits.filterItems, limits.summary);
const contextItems = listUpTo(limits.contextItems, limits.contextItemLength);

/**
 * The bounds of everything that a tool's parameter may go into, by schema coordinate. They are the domain's, which checks all but
 * `minimum` and `maximum`: clients and agents read them in the tool's input schema.
 */
const bounds: Readonly<Record<string, Bounds>> = {
  // a longer text is searched for by its beginning and its end, with a notice
  'Query.search(text:)': { pattern },
  'Query.search(minScore:)': { minimum: 0, maximum: 1 },
  // as `pageInfo.endCursor` has it
  'Viewer.activity(after:)': textUpTo(maxCursor),
  '@include(if:)': {},
  // a page of none, which GraphQL has, is of no use to an agent
  'Query.search(first:)': { minimum: 1, maximum: maxSearchResults },
  'KnowledgeFilter.domains': filterItems,
  'KnowledgeFilter.languages': filterItems,
  'KnowledgeFilter.frameworks': filterItems,
  'KnowledgeFilter.pattern': textUpTo(limits.summary),
  'ProposeKnowledgeUnitInput.domains': { minItems: 1, ...listUpTo(limits.domains, limits.domainLength) },
  'ProposeKnowledgeUnitInput.allowDuplicate': {},
  'ProposeKnowledgeUnitInput.idempotencyKey': { minLength: 1, ...textUpTo(limits.idempotencyKey) },
  'ProposeKnowledgeUnitInput.revises': unitId,
  'ProposeKnowledgeUnitInput.reason': textUpTo(limits.reviewNote),
  'InsightInput.summary': textUpTo(limits.summary),
  'InsightInput.detail': textUpTo(limits.detail),
  'InsightInput.action': textUpTo(limits.action),
  'KnowledgeContextInput.languages': contextItems,
  'KnowledgeContextInput.frameworks': contextItems,
  'KnowledgeContextInput.pattern': textUpTo(limits.pattern),
  'ConfirmKnowledgeUnitInput.id': unitId,
  'FlagKnowledgeUnitInput.id': unitId,
  'FlagKnowledgeUnitInput.reason': {},
  'FlagKnowledgeUnitInput.detail': textUpTo(limits.flagDetail),
  'FlagKnowledgeUnitInput.duplicateOfId': unitId,
};

/** The bounds at a schema coordinate. Throws where none are known, so that no tool gets a parameter without them. */
export function boundsAt(coordinate: string): Bounds {
  const found = Object.hasOwn(bounds, coordinate) ? bounds[coordinate] : undefined;
  if (!found) throw new Error(`src/mcp/bounds.ts lacks ${coordinate}`);
  return found;
}
