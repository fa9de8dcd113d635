/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query LookUp($text: String!) {\n    search(text: $text, first: 7) {\n      nodes {\n        id\n        insight {\n          summary\n        }\n        evidence {\n          confidence\n        }\n      }\n    }\n  }\n": typeof types.LookUpDocument,
    "\n  fragment Viewer on Viewer {\n    role\n    scopes\n    user {\n      id\n      username\n    }\n  }\n": typeof types.ViewerFragmentDoc,
    "\n  query Viewer {\n    viewer {\n      ...Viewer\n    }\n    serverInfo {\n      version\n      nodeName\n      publicRead\n      searchModes\n      embeddingModel\n    }\n  }\n": typeof types.ViewerDocument,
    "\n  mutation SignOut {\n    signOut {\n      userErrors {\n        message\n      }\n    }\n  }\n": typeof types.SignOutDocument,
    "\n  mutation SignIn($input: SignInInput!) {\n    signIn(input: $input) {\n      viewer {\n        ...Viewer\n      }\n      userErrors {\n        code\n        message\n        path\n      }\n    }\n  }\n": typeof types.SignInDocument,
    "\n  fragment Lesson on KnowledgeUnit {\n    id\n    version\n    status\n    domains\n    tier\n    extensions\n    createdAt\n    updatedAt\n    insight {\n      summary\n      detail\n      action\n    }\n    context {\n      languages\n      frameworks\n      pattern\n    }\n    evidence {\n      confidence\n      confirmations\n      confirmers\n      ownConfirmations\n      lastConfirmedAt\n    }\n    flagCounts {\n      reason\n      count\n    }\n    proposedBy {\n      id\n      username\n    }\n  }\n": typeof types.LessonFragmentDoc,
    "\n  fragment Decision on Review {\n    status\n    reviewedAt\n    note\n    reviewedBy {\n      id\n      username\n    }\n  }\n": typeof types.DecisionFragmentDoc,
    "\n  fragment Refusal on UserError {\n    __typename\n    code\n    message\n    path\n    ... on AlreadyReviewedError {\n      unit {\n        id\n        status\n        version\n        review {\n          ...Decision\n        }\n      }\n    }\n    ... on StaleVersionError {\n      currentVersion\n      unit {\n        id\n        version\n      }\n    }\n    ... on SuggestionDecidedError {\n      suggestion {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n    }\n    ... on WrongStatusError {\n      unit {\n        id\n        status\n      }\n    }\n  }\n": typeof types.RefusalFragmentDoc,
    "\n  fragment Near on KnowledgeUnit {\n    id\n    status\n    domains\n    insight {\n      summary\n      detail\n      action\n    }\n    evidence {\n      confidence\n      confirmations\n    }\n  }\n": typeof types.NearFragmentDoc,
    "\n  query Pulse {\n    reviewQueue(first: 1) {\n      totalCount\n    }\n    suggestionQueue(first: 1) {\n      totalCount\n    }\n    attention(first: 1, reasons: [FLAGGED, UNCONFIRMED, SUPERSEDED_IN_USE]) {\n      totalCount\n    }\n    stats {\n      recentActivity(first: 20) {\n        ...LiveEvent\n      }\n    }\n  }\n": typeof types.PulseDocument,
    "\n  fragment LiveEvent on Activity {\n    id\n    type\n    at\n    actor {\n      id\n      username\n    }\n    knowledgeUnit {\n      id\n      status\n      version\n      insight {\n        summary\n      }\n      review {\n        status\n        reviewedAt\n        reviewedBy {\n          id\n          username\n        }\n      }\n    }\n  }\n": typeof types.LiveEventFragmentDoc,
    "\n  fragment QueueUnit on KnowledgeUnit {\n    id\n    version\n    status\n    domains\n    createdAt\n    insight {\n      summary\n    }\n    heldSecrets {\n      kind\n    }\n  }\n": typeof types.QueueUnitFragmentDoc,
    "\n  fragment QueueSuggestion on Suggestion {\n    id\n    status\n    createdAt\n    isOutdated\n    knowledgeUnit {\n      id\n      domains\n      insight {\n        summary\n      }\n    }\n  }\n": typeof types.QueueSuggestionFragmentDoc,
    "\n  query ReviewQueue($first: Int!, $after: String) {\n    reviewQueue(first: $first, after: $after) {\n      totalCount\n      nodes {\n        ...QueueUnit\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n    suggestionQueue(first: 100) {\n      totalCount\n      nodes {\n        ...QueueSuggestion\n      }\n    }\n  }\n": typeof types.ReviewQueueDocument,
    "\n  fragment ReviewUnit on KnowledgeUnit {\n    ...Lesson\n    heldSecrets {\n      path\n      kind\n    }\n    secretsReleasedBy {\n      id\n      username\n    }\n    review {\n      ...Decision\n    }\n    flags(first: 5) {\n      nodes {\n        id\n        reason\n        detail\n        createdAt\n      }\n    }\n    duplicates(first: 3) {\n      basis\n      similarity\n      unit {\n        ...Near\n      }\n    }\n    related(first: 5) {\n      similarity\n      unit {\n        ...Near\n      }\n    }\n  }\n": typeof types.ReviewUnitFragmentDoc,
    "\n  query ReviewUnit($id: ID!) {\n    knowledgeUnit(id: $id) {\n      ...ReviewUnit\n    }\n  }\n": typeof types.ReviewUnitDocument,
    "\n  query ReviewSuggestion($id: ID!) {\n    node(id: $id) {\n      ... on Suggestion {\n        id\n        status\n        baseVersion\n        isOutdated\n        conflicts\n        createdAt\n        reason\n        author {\n          id\n          username\n        }\n        changes {\n          field\n          before\n          after\n        }\n        review {\n          ...Decision\n        }\n        knowledgeUnit {\n          ...Lesson\n        }\n      }\n    }\n  }\n": typeof types.ReviewSuggestionDocument,
    "\n  mutation Approve($input: ApproveKnowledgeUnitInput!) {\n    result: approveKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": typeof types.ApproveDocument,
    "\n  mutation Reject($input: RejectKnowledgeUnitInput!) {\n    result: rejectKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": typeof types.RejectDocument,
    "\n  mutation Merge($input: MergeKnowledgeUnitInput!) {\n    result: mergeKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      successor {\n        id\n        evidence {\n          confidence\n          confirmations\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": typeof types.MergeDocument,
    "\n  mutation Amend($input: AmendKnowledgeUnitInput!) {\n    result: amendKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        ...Lesson\n        heldSecrets {\n          path\n          kind\n        }\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": typeof types.AmendDocument,
    "\n  mutation Release($input: ReleaseKnowledgeUnitInput!) {\n    result: releaseKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        ...ReviewUnit\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": typeof types.ReleaseDocument,
    "\n  mutation ApproveSuggestion($input: ApproveSuggestionInput!) {\n    result: approveSuggestion(input: $input) {\n      suggestion {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      knowledgeUnit {\n        ...Lesson\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": typeof types.ApproveSuggestionDocument,
    "\n  mutation RejectSuggestion($input: RejectSuggestionInput!) {\n    result: rejectSuggestion(input: $input) {\n      suggestion {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": typeof types.RejectSuggestionDocument,
    "\n  mutation RebaseSuggestion($input: RebaseSuggestionInput!) {\n    result: rebaseSuggestion(input: $input) {\n      suggestion {\n        id\n        baseVersion\n        isOutdated\n        conflicts\n        changes {\n          field\n          before\n          after\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": typeof types.RebaseSuggestionDocument,
    "\n  mutation ReviewMany($input: ReviewKnowledgeUnitsInput!) {\n    reviewKnowledgeUnits(input: $input) {\n      results {\n        id\n        knowledgeUnit {\n          id\n          status\n          review {\n            ...Decision\n          }\n        }\n        userErrors {\n          ...Refusal\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": typeof types.ReviewManyDocument,
    "\n  query DecidedToday($from: Date!) {\n    stats {\n      totalCount\n      trends(from: $from) {\n        approved\n        rejected\n      }\n    }\n  }\n": typeof types.DecidedTodayDocument,
};
const documents: Documents = {
    "\n  query LookUp($text: String!) {\n    search(text: $text, first: 7) {\n      nodes {\n        id\n        insight {\n          summary\n        }\n        evidence {\n          confidence\n        }\n      }\n    }\n  }\n": types.LookUpDocument,
    "\n  fragment Viewer on Viewer {\n    role\n    scopes\n    user {\n      id\n      username\n    }\n  }\n": types.ViewerFragmentDoc,
    "\n  query Viewer {\n    viewer {\n      ...Viewer\n    }\n    serverInfo {\n      version\n      nodeName\n      publicRead\n      searchModes\n      embeddingModel\n    }\n  }\n": types.ViewerDocument,
    "\n  mutation SignOut {\n    signOut {\n      userErrors {\n        message\n      }\n    }\n  }\n": types.SignOutDocument,
    "\n  mutation SignIn($input: SignInInput!) {\n    signIn(input: $input) {\n      viewer {\n        ...Viewer\n      }\n      userErrors {\n        code\n        message\n        path\n      }\n    }\n  }\n": types.SignInDocument,
    "\n  fragment Lesson on KnowledgeUnit {\n    id\n    version\n    status\n    domains\n    tier\n    extensions\n    createdAt\n    updatedAt\n    insight {\n      summary\n      detail\n      action\n    }\n    context {\n      languages\n      frameworks\n      pattern\n    }\n    evidence {\n      confidence\n      confirmations\n      confirmers\n      ownConfirmations\n      lastConfirmedAt\n    }\n    flagCounts {\n      reason\n      count\n    }\n    proposedBy {\n      id\n      username\n    }\n  }\n": types.LessonFragmentDoc,
    "\n  fragment Decision on Review {\n    status\n    reviewedAt\n    note\n    reviewedBy {\n      id\n      username\n    }\n  }\n": types.DecisionFragmentDoc,
    "\n  fragment Refusal on UserError {\n    __typename\n    code\n    message\n    path\n    ... on AlreadyReviewedError {\n      unit {\n        id\n        status\n        version\n        review {\n          ...Decision\n        }\n      }\n    }\n    ... on StaleVersionError {\n      currentVersion\n      unit {\n        id\n        version\n      }\n    }\n    ... on SuggestionDecidedError {\n      suggestion {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n    }\n    ... on WrongStatusError {\n      unit {\n        id\n        status\n      }\n    }\n  }\n": types.RefusalFragmentDoc,
    "\n  fragment Near on KnowledgeUnit {\n    id\n    status\n    domains\n    insight {\n      summary\n      detail\n      action\n    }\n    evidence {\n      confidence\n      confirmations\n    }\n  }\n": types.NearFragmentDoc,
    "\n  query Pulse {\n    reviewQueue(first: 1) {\n      totalCount\n    }\n    suggestionQueue(first: 1) {\n      totalCount\n    }\n    attention(first: 1, reasons: [FLAGGED, UNCONFIRMED, SUPERSEDED_IN_USE]) {\n      totalCount\n    }\n    stats {\n      recentActivity(first: 20) {\n        ...LiveEvent\n      }\n    }\n  }\n": types.PulseDocument,
    "\n  fragment LiveEvent on Activity {\n    id\n    type\n    at\n    actor {\n      id\n      username\n    }\n    knowledgeUnit {\n      id\n      status\n      version\n      insight {\n        summary\n      }\n      review {\n        status\n        reviewedAt\n        reviewedBy {\n          id\n          username\n        }\n      }\n    }\n  }\n": types.LiveEventFragmentDoc,
    "\n  fragment QueueUnit on KnowledgeUnit {\n    id\n    version\n    status\n    domains\n    createdAt\n    insight {\n      summary\n    }\n    heldSecrets {\n      kind\n    }\n  }\n": types.QueueUnitFragmentDoc,
    "\n  fragment QueueSuggestion on Suggestion {\n    id\n    status\n    createdAt\n    isOutdated\n    knowledgeUnit {\n      id\n      domains\n      insight {\n        summary\n      }\n    }\n  }\n": types.QueueSuggestionFragmentDoc,
    "\n  query ReviewQueue($first: Int!, $after: String) {\n    reviewQueue(first: $first, after: $after) {\n      totalCount\n      nodes {\n        ...QueueUnit\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n    suggestionQueue(first: 100) {\n      totalCount\n      nodes {\n        ...QueueSuggestion\n      }\n    }\n  }\n": types.ReviewQueueDocument,
    "\n  fragment ReviewUnit on KnowledgeUnit {\n    ...Lesson\n    heldSecrets {\n      path\n      kind\n    }\n    secretsReleasedBy {\n      id\n      username\n    }\n    review {\n      ...Decision\n    }\n    flags(first: 5) {\n      nodes {\n        id\n        reason\n        detail\n        createdAt\n      }\n    }\n    duplicates(first: 3) {\n      basis\n      similarity\n      unit {\n        ...Near\n      }\n    }\n    related(first: 5) {\n      similarity\n      unit {\n        ...Near\n      }\n    }\n  }\n": types.ReviewUnitFragmentDoc,
    "\n  query ReviewUnit($id: ID!) {\n    knowledgeUnit(id: $id) {\n      ...ReviewUnit\n    }\n  }\n": types.ReviewUnitDocument,
    "\n  query ReviewSuggestion($id: ID!) {\n    node(id: $id) {\n      ... on Suggestion {\n        id\n        status\n        baseVersion\n        isOutdated\n        conflicts\n        createdAt\n        reason\n        author {\n          id\n          username\n        }\n        changes {\n          field\n          before\n          after\n        }\n        review {\n          ...Decision\n        }\n        knowledgeUnit {\n          ...Lesson\n        }\n      }\n    }\n  }\n": types.ReviewSuggestionDocument,
    "\n  mutation Approve($input: ApproveKnowledgeUnitInput!) {\n    result: approveKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": types.ApproveDocument,
    "\n  mutation Reject($input: RejectKnowledgeUnitInput!) {\n    result: rejectKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": types.RejectDocument,
    "\n  mutation Merge($input: MergeKnowledgeUnitInput!) {\n    result: mergeKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      successor {\n        id\n        evidence {\n          confidence\n          confirmations\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": types.MergeDocument,
    "\n  mutation Amend($input: AmendKnowledgeUnitInput!) {\n    result: amendKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        ...Lesson\n        heldSecrets {\n          path\n          kind\n        }\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": types.AmendDocument,
    "\n  mutation Release($input: ReleaseKnowledgeUnitInput!) {\n    result: releaseKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        ...ReviewUnit\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": types.ReleaseDocument,
    "\n  mutation ApproveSuggestion($input: ApproveSuggestionInput!) {\n    result: approveSuggestion(input: $input) {\n      suggestion {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      knowledgeUnit {\n        ...Lesson\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": types.ApproveSuggestionDocument,
    "\n  mutation RejectSuggestion($input: RejectSuggestionInput!) {\n    result: rejectSuggestion(input: $input) {\n      suggestion {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": types.RejectSuggestionDocument,
    "\n  mutation RebaseSuggestion($input: RebaseSuggestionInput!) {\n    result: rebaseSuggestion(input: $input) {\n      suggestion {\n        id\n        baseVersion\n        isOutdated\n        conflicts\n        changes {\n          field\n          before\n          after\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": types.RebaseSuggestionDocument,
    "\n  mutation ReviewMany($input: ReviewKnowledgeUnitsInput!) {\n    reviewKnowledgeUnits(input: $input) {\n      results {\n        id\n        knowledgeUnit {\n          id\n          status\n          review {\n            ...Decision\n          }\n        }\n        userErrors {\n          ...Refusal\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n": types.ReviewManyDocument,
    "\n  query DecidedToday($from: Date!) {\n    stats {\n      totalCount\n      trends(from: $from) {\n        approved\n        rejected\n      }\n    }\n  }\n": types.DecidedTodayDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LookUp($text: String!) {\n    search(text: $text, first: 7) {\n      nodes {\n        id\n        insight {\n          summary\n        }\n        evidence {\n          confidence\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query LookUp($text: String!) {\n    search(text: $text, first: 7) {\n      nodes {\n        id\n        insight {\n          summary\n        }\n        evidence {\n          confidence\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Viewer on Viewer {\n    role\n    scopes\n    user {\n      id\n      username\n    }\n  }\n"): (typeof documents)["\n  fragment Viewer on Viewer {\n    role\n    scopes\n    user {\n      id\n      username\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Viewer {\n    viewer {\n      ...Viewer\n    }\n    serverInfo {\n      version\n      nodeName\n      publicRead\n      searchModes\n      embeddingModel\n    }\n  }\n"): (typeof documents)["\n  query Viewer {\n    viewer {\n      ...Viewer\n    }\n    serverInfo {\n      version\n      nodeName\n      publicRead\n      searchModes\n      embeddingModel\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SignOut {\n    signOut {\n      userErrors {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation SignOut {\n    signOut {\n      userErrors {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SignIn($input: SignInInput!) {\n    signIn(input: $input) {\n      viewer {\n        ...Viewer\n      }\n      userErrors {\n        code\n        message\n        path\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation SignIn($input: SignInInput!) {\n    signIn(input: $input) {\n      viewer {\n        ...Viewer\n      }\n      userErrors {\n        code\n        message\n        path\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Lesson on KnowledgeUnit {\n    id\n    version\n    status\n    domains\n    tier\n    extensions\n    createdAt\n    updatedAt\n    insight {\n      summary\n      detail\n      action\n    }\n    context {\n      languages\n      frameworks\n      pattern\n    }\n    evidence {\n      confidence\n      confirmations\n      confirmers\n      ownConfirmations\n      lastConfirmedAt\n    }\n    flagCounts {\n      reason\n      count\n    }\n    proposedBy {\n      id\n      username\n    }\n  }\n"): (typeof documents)["\n  fragment Lesson on KnowledgeUnit {\n    id\n    version\n    status\n    domains\n    tier\n    extensions\n    createdAt\n    updatedAt\n    insight {\n      summary\n      detail\n      action\n    }\n    context {\n      languages\n      frameworks\n      pattern\n    }\n    evidence {\n      confidence\n      confirmations\n      confirmers\n      ownConfirmations\n      lastConfirmedAt\n    }\n    flagCounts {\n      reason\n      count\n    }\n    proposedBy {\n      id\n      username\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Decision on Review {\n    status\n    reviewedAt\n    note\n    reviewedBy {\n      id\n      username\n    }\n  }\n"): (typeof documents)["\n  fragment Decision on Review {\n    status\n    reviewedAt\n    note\n    reviewedBy {\n      id\n      username\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Refusal on UserError {\n    __typename\n    code\n    message\n    path\n    ... on AlreadyReviewedError {\n      unit {\n        id\n        status\n        version\n        review {\n          ...Decision\n        }\n      }\n    }\n    ... on StaleVersionError {\n      currentVersion\n      unit {\n        id\n        version\n      }\n    }\n    ... on SuggestionDecidedError {\n      suggestion {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n    }\n    ... on WrongStatusError {\n      unit {\n        id\n        status\n      }\n    }\n  }\n"): (typeof documents)["\n  fragment Refusal on UserError {\n    __typename\n    code\n    message\n    path\n    ... on AlreadyReviewedError {\n      unit {\n        id\n        status\n        version\n        review {\n          ...Decision\n        }\n      }\n    }\n    ... on StaleVersionError {\n      currentVersion\n      unit {\n        id\n        version\n      }\n    }\n    ... on SuggestionDecidedError {\n      suggestion {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n    }\n    ... on WrongStatusError {\n      unit {\n        id\n        status\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Near on KnowledgeUnit {\n    id\n    status\n    domains\n    insight {\n      summary\n      detail\n      action\n    }\n    evidence {\n      confidence\n      confirmations\n    }\n  }\n"): (typeof documents)["\n  fragment Near on KnowledgeUnit {\n    id\n    status\n    domains\n    insight {\n      summary\n      detail\n      action\n    }\n    evidence {\n      confidence\n      confirmations\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Pulse {\n    reviewQueue(first: 1) {\n      totalCount\n    }\n    suggestionQueue(first: 1) {\n      totalCount\n    }\n    attention(first: 1, reasons: [FLAGGED, UNCONFIRMED, SUPERSEDED_IN_USE]) {\n      totalCount\n    }\n    stats {\n      recentActivity(first: 20) {\n        ...LiveEvent\n      }\n    }\n  }\n"): (typeof documents)["\n  query Pulse {\n    reviewQueue(first: 1) {\n      totalCount\n    }\n    suggestionQueue(first: 1) {\n      totalCount\n    }\n    attention(first: 1, reasons: [FLAGGED, UNCONFIRMED, SUPERSEDED_IN_USE]) {\n      totalCount\n    }\n    stats {\n      recentActivity(first: 20) {\n        ...LiveEvent\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LiveEvent on Activity {\n    id\n    type\n    at\n    actor {\n      id\n      username\n    }\n    knowledgeUnit {\n      id\n      status\n      version\n      insight {\n        summary\n      }\n      review {\n        status\n        reviewedAt\n        reviewedBy {\n          id\n          username\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  fragment LiveEvent on Activity {\n    id\n    type\n    at\n    actor {\n      id\n      username\n    }\n    knowledgeUnit {\n      id\n      status\n      version\n      insight {\n        summary\n      }\n      review {\n        status\n        reviewedAt\n        reviewedBy {\n          id\n          username\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment QueueUnit on KnowledgeUnit {\n    id\n    version\n    status\n    domains\n    createdAt\n    insight {\n      summary\n    }\n    heldSecrets {\n      kind\n    }\n  }\n"): (typeof documents)["\n  fragment QueueUnit on KnowledgeUnit {\n    id\n    version\n    status\n    domains\n    createdAt\n    insight {\n      summary\n    }\n    heldSecrets {\n      kind\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment QueueSuggestion on Suggestion {\n    id\n    status\n    createdAt\n    isOutdated\n    knowledgeUnit {\n      id\n      domains\n      insight {\n        summary\n      }\n    }\n  }\n"): (typeof documents)["\n  fragment QueueSuggestion on Suggestion {\n    id\n    status\n    createdAt\n    isOutdated\n    knowledgeUnit {\n      id\n      domains\n      insight {\n        summary\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReviewQueue($first: Int!, $after: String) {\n    reviewQueue(first: $first, after: $after) {\n      totalCount\n      nodes {\n        ...QueueUnit\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n    suggestionQueue(first: 100) {\n      totalCount\n      nodes {\n        ...QueueSuggestion\n      }\n    }\n  }\n"): (typeof documents)["\n  query ReviewQueue($first: Int!, $after: String) {\n    reviewQueue(first: $first, after: $after) {\n      totalCount\n      nodes {\n        ...QueueUnit\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n    suggestionQueue(first: 100) {\n      totalCount\n      nodes {\n        ...QueueSuggestion\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ReviewUnit on KnowledgeUnit {\n    ...Lesson\n    heldSecrets {\n      path\n      kind\n    }\n    secretsReleasedBy {\n      id\n      username\n    }\n    review {\n      ...Decision\n    }\n    flags(first: 5) {\n      nodes {\n        id\n        reason\n        detail\n        createdAt\n      }\n    }\n    duplicates(first: 3) {\n      basis\n      similarity\n      unit {\n        ...Near\n      }\n    }\n    related(first: 5) {\n      similarity\n      unit {\n        ...Near\n      }\n    }\n  }\n"): (typeof documents)["\n  fragment ReviewUnit on KnowledgeUnit {\n    ...Lesson\n    heldSecrets {\n      path\n      kind\n    }\n    secretsReleasedBy {\n      id\n      username\n    }\n    review {\n      ...Decision\n    }\n    flags(first: 5) {\n      nodes {\n        id\n        reason\n        detail\n        createdAt\n      }\n    }\n    duplicates(first: 3) {\n      basis\n      similarity\n      unit {\n        ...Near\n      }\n    }\n    related(first: 5) {\n      similarity\n      unit {\n        ...Near\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReviewUnit($id: ID!) {\n    knowledgeUnit(id: $id) {\n      ...ReviewUnit\n    }\n  }\n"): (typeof documents)["\n  query ReviewUnit($id: ID!) {\n    knowledgeUnit(id: $id) {\n      ...ReviewUnit\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReviewSuggestion($id: ID!) {\n    node(id: $id) {\n      ... on Suggestion {\n        id\n        status\n        baseVersion\n        isOutdated\n        conflicts\n        createdAt\n        reason\n        author {\n          id\n          username\n        }\n        changes {\n          field\n          before\n          after\n        }\n        review {\n          ...Decision\n        }\n        knowledgeUnit {\n          ...Lesson\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query ReviewSuggestion($id: ID!) {\n    node(id: $id) {\n      ... on Suggestion {\n        id\n        status\n        baseVersion\n        isOutdated\n        conflicts\n        createdAt\n        reason\n        author {\n          id\n          username\n        }\n        changes {\n          field\n          before\n          after\n        }\n        review {\n          ...Decision\n        }\n        knowledgeUnit {\n          ...Lesson\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Approve($input: ApproveKnowledgeUnitInput!) {\n    result: approveKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Approve($input: ApproveKnowledgeUnitInput!) {\n    result: approveKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Reject($input: RejectKnowledgeUnitInput!) {\n    result: rejectKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Reject($input: RejectKnowledgeUnitInput!) {\n    result: rejectKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Merge($input: MergeKnowledgeUnitInput!) {\n    result: mergeKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      successor {\n        id\n        evidence {\n          confidence\n          confirmations\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Merge($input: MergeKnowledgeUnitInput!) {\n    result: mergeKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      successor {\n        id\n        evidence {\n          confidence\n          confirmations\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Amend($input: AmendKnowledgeUnitInput!) {\n    result: amendKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        ...Lesson\n        heldSecrets {\n          path\n          kind\n        }\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Amend($input: AmendKnowledgeUnitInput!) {\n    result: amendKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        ...Lesson\n        heldSecrets {\n          path\n          kind\n        }\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Release($input: ReleaseKnowledgeUnitInput!) {\n    result: releaseKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        ...ReviewUnit\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Release($input: ReleaseKnowledgeUnitInput!) {\n    result: releaseKnowledgeUnit(input: $input) {\n      knowledgeUnit {\n        ...ReviewUnit\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ApproveSuggestion($input: ApproveSuggestionInput!) {\n    result: approveSuggestion(input: $input) {\n      suggestion {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      knowledgeUnit {\n        ...Lesson\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation ApproveSuggestion($input: ApproveSuggestionInput!) {\n    result: approveSuggestion(input: $input) {\n      suggestion {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      knowledgeUnit {\n        ...Lesson\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RejectSuggestion($input: RejectSuggestionInput!) {\n    result: rejectSuggestion(input: $input) {\n      suggestion {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RejectSuggestion($input: RejectSuggestionInput!) {\n    result: rejectSuggestion(input: $input) {\n      suggestion {\n        id\n        status\n        review {\n          ...Decision\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RebaseSuggestion($input: RebaseSuggestionInput!) {\n    result: rebaseSuggestion(input: $input) {\n      suggestion {\n        id\n        baseVersion\n        isOutdated\n        conflicts\n        changes {\n          field\n          before\n          after\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RebaseSuggestion($input: RebaseSuggestionInput!) {\n    result: rebaseSuggestion(input: $input) {\n      suggestion {\n        id\n        baseVersion\n        isOutdated\n        conflicts\n        changes {\n          field\n          before\n          after\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReviewMany($input: ReviewKnowledgeUnitsInput!) {\n    reviewKnowledgeUnits(input: $input) {\n      results {\n        id\n        knowledgeUnit {\n          id\n          status\n          review {\n            ...Decision\n          }\n        }\n        userErrors {\n          ...Refusal\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation ReviewMany($input: ReviewKnowledgeUnitsInput!) {\n    reviewKnowledgeUnits(input: $input) {\n      results {\n        id\n        knowledgeUnit {\n          id\n          status\n          review {\n            ...Decision\n          }\n        }\n        userErrors {\n          ...Refusal\n        }\n      }\n      userErrors {\n        ...Refusal\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DecidedToday($from: Date!) {\n    stats {\n      totalCount\n      trends(from: $from) {\n        approved\n        rejected\n      }\n    }\n  }\n"): (typeof documents)["\n  query DecidedToday($from: Date!) {\n    stats {\n      totalCount\n      trends(from: $from) {\n        approved\n        rejected\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;