/** What a Relay application would write; test/clients/relay.test.ts compiles it. */
graphql`
  query reviewQueueQuery($first: Int!, $after: String) {
    ...review_queue @arguments(first: $first, after: $after)
  }
`;

graphql`
  fragment review_queue on Query
  @argumentDefinitions(first: { type: "Int", defaultValue: 10 }, after: { type: "String" })
  @refetchable(queryName: "reviewQueuePaginationQuery") {
    reviewQueue(first: $first, after: $after) @connection(key: "review_reviewQueue") {
      edges {
        node {
          id
          ...review_unit
        }
      }
    }
  }
`;

graphql`
  fragment review_unit on KnowledgeUnit @refetchable(queryName: "reviewUnitRefetchQuery") {
    id
    insight {
      summary
    }
    proposedBy {
      username
    }
  }
`;

graphql`
  query reviewListQuery($filter: KnowledgeFilter, $first: Int!, $after: String) {
    knowledgeUnits(filter: $filter, first: $first, after: $after) @connection(key: "review_knowledgeUnits") {
      edges {
        node {
          id
          ...review_unit
        }
      }
    }
  }
`;

graphql`
  mutation reviewApproveMutation($input: ApproveKnowledgeUnitInput!) {
    approveKnowledgeUnit(input: $input) {
      knowledgeUnit {
        id
        status
      }
      userErrors {
        __typename
        code
        message
        ... on AlreadyReviewedError {
          unit {
            id
            status
          }
        }
      }
    }
  }
`;
