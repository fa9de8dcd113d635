/**
 * Carries the types of an operation's result and variables on its document. The same as that of `@graphql-typed-document-node/core`, so that
 * what code generators make fits; written here, since that package installs graphql, of which a client uses nothing.
 */
export interface DocumentTypeDecoration<Result, Variables> {
  /** Never there: it is for the compiler. */
  __apiType?: (variables: Variables) => Result;
}
