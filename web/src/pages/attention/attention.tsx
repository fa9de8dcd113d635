import { useState } from 'react';
import { useQuery } from 'urql';
import { useLocation, useSearchParams } from 'wouter';
import { count } from '../../design/numbers.ts';
import { Page } from '../../design/page.tsx';
import { Tabs } from '../../design/tabs.tsx';
import type { AttentionReason } from '../../gql/graphql.ts';
import { AttentionList } from './attention-list.tsx';
import './attention.css';
import { attentionCountsQuery } from './documents.ts';
import { NearRepeats } from './near-repeats.tsx';

const reasons: readonly {
  readonly value: AttentionReason | 'NEAR_REPEATS';
  readonly name: string;
  readonly about: string;
}[] = [
  { value: 'FLAGGED', name: 'Flagged', about: 'Approved, and somebody says that they are wrong. Most flags first.' },
  { value: 'UNCONFIRMED', name: 'Stale', about: 'Approved, and nobody has confirmed them for long.' },
  {
    value: 'SUPERSEDED_IN_USE',
    name: 'Superseded, in use',
    about: 'Another one has their place, and somebody still asks for them: an agent’s notes have the old id.',
  },
  { value: 'HELD', name: 'Held', about: 'They wait, and seem to hold credentials.' },
  {
    value: 'NEAR_REPEATS',
    name: 'Near repeats',
    about: 'Two that are approved say the same. Keep one, which takes the place of the other, or say that they do not.',
  },
];

export default function Attention() {
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const [round, setRound] = useState(0);
  const [{ data }, refetch] = useQuery({ query: attentionCountsQuery, requestPolicy: 'cache-and-network' });
  const chosen = reasons.find(({ value }) => value.toLowerCase() === params.get('reason')) ?? reasons[0];
  const numbers: Record<string, number | undefined> = {
    FLAGGED: data?.flagged?.totalCount,
    UNCONFIRMED: data?.unconfirmed?.totalCount,
    SUPERSEDED_IN_USE: data?.superseded?.totalCount,
    HELD: data?.held?.totalCount,
    NEAR_REPEATS: data?.nearRepeats?.totalCount,
  };
  if (!chosen) return null;
  const changed = () => {
    setRound(round + 1);
    refetch({ requestPolicy: 'network-only' });
  };
  return (
    <Page title="Attention">
      <Tabs
        label="Why"
        value={chosen.value}
        onChange={(value) => navigate(`/attention?reason=${value.toLowerCase()}`, { replace: true })}
        tabs={reasons.map(({ value, name }) => ({
          value,
          label: (
            <>
              {name} <span className="muted number">{numbers[value] === undefined ? '' : count(numbers[value])}</span>
            </>
          ),
        }))}
      >
        <p className="muted attention-about">{chosen.about}</p>
        {chosen.value === 'NEAR_REPEATS' ? (
          <NearRepeats key={round} changed={changed} />
        ) : (
          <AttentionList key={`${chosen.value} ${round}`} reason={chosen.value} changed={changed} />
        )}
      </Tabs>
    </Page>
  );
}
