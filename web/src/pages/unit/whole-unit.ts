import type { UnitPageQuery } from '../../gql/graphql.ts';

/** All that the page of a unit shows. */
export type WholeUnit = NonNullable<UnitPageQuery['knowledgeUnit']>;
