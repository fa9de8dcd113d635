/** Enum values as resolvers see them: the store's own words. The schema shows them in capitals. */
export type EmbeddingModelState = 'building' | 'active';
export type MatchMode = 'any' | 'all';
export type OrderDirection = 'asc' | 'desc';
export type KnowledgeUnitOrderField = 'createdAt' | 'updatedAt' | 'confidence' | 'confirmations';

const inCapitals = <Value extends string>(...values: Value[]) =>
  Object.fromEntries(values.map((value) => [value.toUpperCase(), value])) as Record<Uppercase<Value>, Value>;

export const enumResolvers = {
  ReviewStatus: inCapitals('pending', 'approved', 'rejected'),
  Tier: inCapitals('local', 'private', 'public'),
  FlagReason: inCapitals('stale', 'incorrect', 'duplicate'),
  ActivityType: inCapitals('proposed', 'confirmed', 'flagged', 'approved', 'rejected'),
  UserRole: inCapitals('member', 'reviewer', 'admin'),
  SearchMode: inCapitals('keyword', 'semantic', 'hybrid'),
  EmbeddingModelState: inCapitals('building', 'active'),
  MatchMode: inCapitals('any', 'all'),
  OrderDirection: inCapitals('asc', 'desc'),
  KnowledgeUnitOrderField: {
    CREATED_AT: 'createdAt',
    UPDATED_AT: 'updatedAt',
    CONFIDENCE: 'confidence',
    CONFIRMATIONS: 'confirmations',
  },
} as const;
