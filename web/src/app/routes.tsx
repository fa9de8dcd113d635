import type { ReactNode } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { Empty } from '../design/empty.tsx';
import { fetched } from '../design/fetched.ts';
import type { Scope } from '../gql/graphql.ts';
import { Review } from '../pages/review/review.tsx';
import { useSession } from './session.tsx';
import { Welcome } from './welcome.tsx';

// what most people come for is there at once, the others are fetched when they are wanted
const Find = fetched(() => import('../pages/find/find.tsx'));
const Unit = fetched(() => import('../pages/unit/unit.tsx'));
const Attention = fetched(() => import('../pages/attention/attention.tsx'));
const Dashboard = fetched(() => import('../pages/dashboard/dashboard.tsx'));
const Mine = fetched(() => import('../pages/mine/mine.tsx'));
const Connect = fetched(() => import('../pages/connect/connect.tsx'));
const Invitation = fetched(() => import('../pages/invitation/invitation.tsx'));
// with npm run web:dev alone: what is built for people has no such page
const Components = import.meta.env.DEV ? fetched(() => import('../pages/components/components.tsx')) : null;
const Admin = fetched(() => import('../pages/admin/admin.tsx'));

export const Routes = () => (
  <Switch>
    <Route path="/">
      <Home />
    </Route>
    <Route path="/review/:id?">
      {({ id }) => (
        <For scope="REVIEWER">
          <Review id={id} />
        </For>
      )}
    </Route>
    <Route path="/find">
      <For scope="ANYONE">
        <Find />
      </For>
    </Route>
    <Route path="/units/:id">
      {({ id }) => (
        <For scope="ANYONE">
          <Unit id={id} key={id} />
        </For>
      )}
    </Route>
    <Route path="/attention">
      <For scope="REVIEWER">
        <Attention />
      </For>
    </Route>
    <Route path="/dashboard">
      <For scope="ANYONE">
        <Dashboard />
      </For>
    </Route>
    <Route path="/mine/:tab?">
      {({ tab }) => (
        <For scope="AUTHENTICATED">
          <Mine tab={tab} />
        </For>
      )}
    </Route>
    <Route path="/connect">
      <For scope="AUTHENTICATED">
        <Connect />
      </For>
    </Route>
    {Components && (
      <Route path="/components">
        <Components />
      </Route>
    )}
    <Route path="/invitation">
      <Invitation />
    </Route>
    <Route path="/admin/:tab?">
      {({ tab }) => (
        <For scope="ADMIN">
          <Admin tab={tab} />
        </For>
      )}
    </Route>
    <Route>
      <main id="content" tabIndex={-1}>
        <Empty title="There is no such page">The address may have been cut off when it was copied.</Empty>
      </main>
    </Route>
  </Switch>
);

function Home() {
  const { viewer, can } = useSession();
  if (!viewer) return <Welcome />;
  return <Redirect to={can('REVIEWER') ? '/review' : '/find'} replace />;
}

/** The page for those who may see it; the others learn why not, or sign in. */
function For({ scope, children }: { readonly scope: Scope; readonly children: ReactNode }) {
  const { viewer, can, server } = useSession();
  if (!viewer && (scope !== 'ANYONE' || !server.publicRead)) return <Welcome />;
  return (
    <main id="content" tabIndex={-1}>
      {can(scope) ? (
        children
      ) : (
        <Empty title="Not for your account">
          This page is for {scope === 'ADMIN' ? 'administrators' : 'reviewers'}. An administrator can change your role.
        </Empty>
      )}
    </main>
  );
}
