import { execute, type Session } from './execute.js';
import type { ProposeKnowledgeUnitInput } from './gql/graphql.js';
import { graphql } from './gql/index.js';

const Search = graphql(`
  query Search($text: String!, $domains: [String!]) {
    search(text: $text, filter: { domains: $domains }, first: 5) {
      edges {
        score
        node {
          id
          insight { summary action }
          evidence { confidence confirmations }
        }
      }
    }
  }
`);

const Propose = graphql(`
  mutation Propose($input: ProposeKnowledgeUnitInput!) {
    proposeKnowledgeUnit(input: $input) {
      knowledgeUnit { id status }
      userErrors { path message }
    }
  }
`);

const SignIn = graphql(`
  mutation SignIn($username: String!, $password: String!) {
    signIn(input: { username: $username, password: $password }) {
      token
      userErrors { message }
    }
  }
`);

const Approve = graphql(`
  mutation Approve($id: ID!, $note: String) {
    approveKnowledgeUnit(input: { id: $id, note: $note }) {
      knowledgeUnit { status }
      userErrors {
        __typename
        message
        ... on AlreadyReviewedError {
          unit { status review { reviewedBy { username } } }
        }
      }
    }
  }
`);

export interface Lesson {
  readonly id: string;
  readonly summary: string;
  readonly action: string;
  readonly confidence: number;
}

export async function search(session: Session, text: string, domains?: string[]): Promise<Lesson[]> {
  const { search } = await execute(session, Search, { text, domains });
  return (search?.edges ?? []).map(({ node: { id, insight, evidence } }) => ({
    id,
    summary: insight.summary,
    action: insight.action,
    confidence: evidence.confidence,
  }));
}

/** The new unit's id, or what is wrong with the proposal, by field. */
export async function propose(
  session: Session,
  input: ProposeKnowledgeUnitInput,
): Promise<{ id: string } | { problems: Record<string, string> }> {
  const { proposeKnowledgeUnit: payload } = await execute(session, Propose, { input });
  if (payload?.knowledgeUnit) return { id: payload.knowledgeUnit.id };
  const problems = payload?.userErrors.map(({ path, message }): [string, string] => [path?.join('.') ?? '', message]);
  return { problems: Object.fromEntries(problems ?? []) };
}

export async function signIn(url: string, username: string, password: string): Promise<Session> {
  const { signIn } = await execute({ url }, SignIn, { username, password });
  if (!signIn?.token) throw new Error(signIn?.userErrors.map(({ message }) => message).join('\n'));
  return { url, credential: signIn.token };
}

/** What became of the unit, in a sentence for the reviewer. */
export async function approve(session: Session, id: string, note?: string): Promise<string> {
  const { approveKnowledgeUnit: payload } = await execute(session, Approve, { id, note });
  const [refused] = payload?.userErrors ?? [];
  // the compiler knows which error has which fields
  if (refused?.__typename === 'AlreadyReviewedError')
    return `${refused.unit.review?.reviewedBy?.username} was faster: ${refused.unit.status.toLowerCase()}.`;
  return refused?.message ?? 'Everyone can read it now.';
}
