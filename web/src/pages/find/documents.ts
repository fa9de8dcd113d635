import { graphql } from '../../gql/gql.ts';

graphql(`
  fragment FoundUnit on KnowledgeUnit {
    id
    status
    domains
    createdAt
    insight {
      summary
      detail
      action
    }
    evidence {
      confidence
      confirmations
    }
    flagCounts {
      reason
      count
    }
  }
`);

export const searchQuery = graphql(`
  query Find($text: String, $filter: KnowledgeFilter, $minScore: Float, $first: Int!, $after: String) {
    search(text: $text, filter: $filter, minScore: $minScore, first: $first, after: $after) {
      effectiveMode
      notices {
        code
        message
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        score
        signals {
          keyword
          semantic
          coverage
          similarity
          domain
          language
          framework
          pattern
          confidence
        }
        highlights {
          summary {
            start
            end
          }
          detail {
            start
            end
          }
        }
        node {
          ...FoundUnit
        }
      }
    }
  }
`);

export const listQuery = graphql(`
  query ListUnits($filter: KnowledgeFilter, $orderBy: KnowledgeUnitOrder, $first: Int!, $after: String) {
    knowledgeUnits(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...FoundUnit
      }
    }
  }
`);

export const domainsQuery = graphql(`
  query Domains {
    stats {
      domainCounts(first: 100) {
        domain
        count
      }
    }
  }
`);
