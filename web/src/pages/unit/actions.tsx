import { useState } from 'react';
import { useMutation } from 'urql';
import { useLocation } from 'wouter';
import { problemOf } from '../../app/problem.ts';
import { useSession } from '../../app/session.tsx';
import { Button } from '../../design/button.tsx';
import { Menu, type MenuAction } from '../../design/menu.tsx';
import { notify } from '../../design/notify.ts';
import { refusalSentence } from '../review/settle.ts';
import { type Deed, DeedDialog } from './deed-dialog.tsx';
import { confirmMutation } from './documents.ts';
import { FlagDialog } from './flag-dialog.tsx';
import type { WholeUnit } from './whole-unit.ts';

interface Props {
  readonly unit: WholeUnit;
  readonly refresh: () => void;
  readonly revise: () => void;
}

/** What whoever is signed in may do with it, in its state. */
export function UnitActions({ unit, refresh, revise }: Props) {
  const { viewer, can } = useSession();
  const [, navigate] = useLocation();
  const [deed, setDeed] = useState<Deed | null>(null);
  const [flagging, setFlagging] = useState(false);
  const [{ fetching }, confirm] = useMutation(confirmMutation);
  if (!viewer) return null;
  const isReviewer = can('REVIEWER');
  const isApproved = unit.status === 'APPROVED';
  const run = async () => {
    const { data, error } = await confirm({ id: unit.id });
    const [refusal] = data?.result?.userErrors ?? [];
    if (error || refusal)
      notify({
        title: 'Not confirmed',
        detail: error ? problemOf(error).sentence : refusal ? refusalSentence(refusal) : '',
        look: 'bad',
      });
    else notify({ title: 'Confirmed', look: 'ok' });
  };
  const withReason = (name: Deed): MenuAction => ({
    label: `${names[name]}…`,
    run: () => setDeed(name),
    danger: name === 'erase' || name === 'retire',
  });
  const allowed: Record<string, readonly Deed[]> = {
    APPROVED: ['reopen', 'supersede', 'retire'],
    REJECTED: ['reopen'],
    RETIRED: ['reinstate'],
    SUPERSEDED: ['reinstate', 'retire'],
  };
  const actions: MenuAction[] = [
    ...(isApproved ? [{ label: 'Flag it…', run: () => setFlagging(true) }] : []),
    ...(isApproved ? [{ label: isReviewer ? 'Change it…' : 'Suggest a revision…', run: revise }] : []),
    ...(isReviewer ? (allowed[unit.status] ?? []).map(withReason) : []),
    ...(can('ADMIN') ? [withReason('erase')] : []),
  ];
  return (
    <span className="unit-actions">
      {unit.status === 'PENDING' && isReviewer && (
        <Button look="primary" onClick={() => navigate(`/review/${unit.id}`)}>
          Review it
        </Button>
      )}
      {isApproved && (
        <Button icon="check" onClick={run} disabled={fetching}>
          {unit.viewerHasConfirmed ? 'Confirm again' : 'Confirm'}
        </Button>
      )}
      {actions.length > 0 && <Menu trigger={<Button icon="menu" aria-label="More actions" />} actions={actions} />}
      <FlagDialog open={flagging} id={unit.id} close={() => setFlagging(false)} done={refresh} />
      <DeedDialog deed={deed} unit={unit} close={() => setDeed(null)} done={refresh} />
    </span>
  );
}

const names: Record<Deed, string> = {
  reopen: 'Take the decision back',
  supersede: 'Put another one in its place',
  retire: 'Retire',
  reinstate: 'Reinstate',
  erase: 'Erase for good',
};
