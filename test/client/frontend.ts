// What a program that has installed cq-server may write; test/package.test.ts compiles and runs it.
import { createClient, ProposeDocument, RequestError, SearchDocument } from 'cq-server/client';

declare const process: { readonly argv: readonly string[] };

const client = createClient({ url: process.argv[2] ?? '' });
const { search } = await client.request(SearchDocument, { filter: { domains: ['api'] }, first: 3 });
const found: readonly { readonly summary: string; readonly confidence: number }[] = (search?.edges ?? []).map(
  ({ node }) => ({ summary: node.insight.summary, confidence: node.evidence.confidence }),
);

let refusal: string | undefined;
try {
  const insight = { summary: 'A', detail: 'B', action: 'C' };
  await client.request(ProposeDocument, { input: { domains: ['api'], insight } });
} catch (error) {
  if (error instanceof RequestError) refusal = error.code;
}
const { pathname: schema } = new URL(import.meta.resolve('cq-server/schema.graphql'));
console.log(JSON.stringify({ found, refusal, schema }));
