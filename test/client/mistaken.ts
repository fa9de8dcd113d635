// What the compiler must find: test/package.test.ts names the lines.
import { createClient, ProposeDocument, SearchDocument } from 'cq-server/client';

const client = createClient({ url: 'http://localhost:3000' });
await client.request(ProposeDocument, { input: { domains: 'api' } });
const { search } = await client.request(SearchDocument, {});
search?.edges.map(({ node }) => node.insight.sumary);
