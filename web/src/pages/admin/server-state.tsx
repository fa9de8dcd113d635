import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { useAct } from '../../app/use-act.ts';
import { Badge } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { Skeleton } from '../../design/empty.tsx';
import { notify } from '../../design/notify.ts';
import { count, plural } from '../../design/numbers.ts';
import type { ServerQuery } from '../../gql/graphql.ts';
import { retryMutation, serverQuery } from './documents.ts';
import { Settings } from './settings.tsx';

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div>
    <dt className="muted">{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** What the server is, and how the vectors behind search by meaning are doing. */
export function ServerState() {
  const [{ data, error }, refetch] = useQuery({ query: serverQuery, requestPolicy: 'cache-and-network' });
  const { act, busy } = useAct();
  const refresh = () => refetch({ requestPolicy: 'network-only' });
  if (error && !data) return <Failure error={error} retry={refresh} />;
  if (!data) return <Skeleton />;
  const { serverInfo: info, serverState: state, embeddingStatus: status } = data;
  const retry = async (unitId?: string) => {
    const result = await act(retryMutation, { input: { ...(unitId && { unitId }) } });
    if (result) notify({ title: `${plural(result.retried ?? 0, 'unit')} tried again`, look: 'ok' });
    refresh();
  };
  return (
    <div className="stack">
      <section className="panel">
        <h2>Server</h2>
        <dl className="admin-facts">
          <Fact name="Version">{info.version}</Fact>
          <Fact name="Name">{info.nodeName ?? 'none'}</Fact>
          <Fact name="Database">
            {state?.databaseEngine} {state?.databaseVersion}{' '}
            <span className="mono admin-details">{state?.database}</span>
          </Fact>
          <Fact name="Read replicas">
            <Replicas replicas={state?.replicas ?? []} />
          </Fact>
          <Fact name="Reading">{info.publicRead ? 'needs no account' : 'needs an account'}</Fact>
          <Fact name="Searches by">{info.searchModes.map((mode) => mode.toLowerCase()).join(', ')}</Fact>
          <Fact name="Vectors in">{info.vectorEngine ?? 'nothing'}</Fact>
          <Fact name="Largest page">{count(info.maxPageSize)}</Fact>
          <Fact name="Largest cost">{count(info.maxQueryCost)}</Fact>
        </dl>
      </section>
      <section className="panel">
        <h2>Search by meaning</h2>
        {status?.problem && <p className="field-problem">{status.problem}</p>}
        {(status?.models.length ?? 0) === 0 && (
          <p className="muted">No embedding model is set up: searches go by words and domains.</p>
        )}
        {status?.models.map((model) => (
          <Model key={`${model.provider} ${model.name}`} model={model} busy={busy} retry={(id) => void retry(id)} />
        ))}
        {status?.models.some(({ parked }) => parked > 0) && (
          <Button onClick={() => void retry()} disabled={busy}>
            Try all parked units again
          </Button>
        )}
      </section>
      <Settings settings={state?.settings ?? []} />
    </div>
  );
}

function Replicas({ replicas }: { readonly replicas: NonNullable<ServerQuery['serverState']>['replicas'] }) {
  if (replicas.length === 0) return 'none';
  return (
    <ul>
      {replicas.map(({ name, problem, lagMs }) => (
        <li key={name}>
          <span className="mono admin-details">{name}</span>{' '}
          {problem === null ? `at most ${count(lagMs ?? 0)} ms behind` : `not read from: ${problem}`}
        </li>
      ))}
    </ul>
  );
}

type EmbeddingModel = NonNullable<ServerQuery['embeddingStatus']>['models'][number];

interface ModelProps {
  readonly model: EmbeddingModel;
  readonly busy: boolean;
  readonly retry: (unitId: string) => void;
}

function Model({ model, busy, retry }: ModelProps) {
  const { provider, name, dimensions, state, done, waiting, parked, lastError, indexProblem, parkedUnits } = model;
  return (
    <div className="stack">
      <p className="row">
        <strong>{name}</strong> <span className="muted">{`${provider}, ${dimensions} numbers`}</span>
        <Badge tone={state === 'ACTIVE' ? 'ok' : 'info'}>{state.toLowerCase()}</Badge>
      </p>
      <progress max={done + waiting + parked} value={done} aria-label={`Progress of ${name}`} />
      <p className="muted">
        {count(done)} done, {count(waiting)} waiting, {count(parked)} parked
      </p>
      {lastError && <p className="field-problem">{lastError}</p>}
      {indexProblem && <p className="field-problem">{indexProblem}</p>}
      <ul>
        {parkedUnits.map(({ unit, attempts, lastError: why }) => (
          <li key={unit.id} className="row">
            <Link href={`/units/${unit.id}`}>{unit.insight.summary}</Link>{' '}
            <span className="muted">
              {plural(attempts, 'attempt')}: {why}
            </span>
            <Button onClick={() => retry(unit.id)} disabled={busy} aria-label={`Try again: ${unit.insight.summary}`}>
              Try again
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
