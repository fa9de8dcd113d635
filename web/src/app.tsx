import { useQuery } from 'urql';
import { graphql } from './gql/gql.ts';

const viewerQuery = graphql(`
  query Viewer {
    viewer {
      role
      user {
        id
        username
      }
    }
  }
`);

export function App() {
  const [{ data, error, fetching }] = useQuery({ query: viewerQuery });
  if (error) return <main role="alert">{error.message}</main>;
  if (fetching) return <main aria-busy="true">One moment …</main>;
  return (
    <main>
      <h1>cq</h1>
      <p>{data?.viewer ? `Signed in as ${data.viewer.user.username}.` : 'Not signed in.'}</p>
    </main>
  );
}
