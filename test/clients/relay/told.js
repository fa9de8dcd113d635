/** What a Relay application would write to be told; test/clients/relay-told.test.ts compiles it. */
graphql`
  subscription toldSubscription($after: String) {
    knowledgeEvents(after: $after) {
      cursor
      activity {
        type
        knowledgeUnit {
          id
          evidence {
            confirmations
          }
        }
      }
    }
  }
`;
