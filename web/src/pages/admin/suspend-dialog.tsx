import { type FormEvent, useState } from 'react';
import { problemAt } from '../../app/problem.ts';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { Checkbox, TextField } from '../../design/field.tsx';
import { notify } from '../../design/notify.ts';
import type { PersonFragment } from '../../gql/graphql.ts';
import { suspendMutation } from './documents.ts';

interface Props {
  readonly open: boolean;
  readonly person: PersonFragment;
  readonly close: () => void;
  readonly done: () => void;
}

export function SuspendDialog({ open, person, close, done }: Props) {
  const [reason, setReason] = useState('');
  const [rejectPending, setRejectPending] = useState(false);
  const [retireApproved, setRetireApproved] = useState(false);
  const { act, busy, errors } = useAct(['reason']);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const result = await act(suspendMutation, { input: { id: person.id, reason, rejectPending, retireApproved } });
    if (!result) return;
    notify({
      title: `${person.username} is suspended`,
      detail: `${result.rejected ?? 0} rejected, ${result.retired ?? 0} retired.${result.hasMore ? ' There are more: suspend once more.' : ''}`,
      look: 'ok',
    });
    close();
    done();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={`Suspend ${person.username}`}
      description="Sessions end and keys do not work, within a second, until the account is reinstated."
    >
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Why"
          help="Seen by administrators, and by reviewers where it rejects or retires"
          limit={500}
          required
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          problem={problemAt(errors, 'reason')}
        />
        <Checkbox
          label="Reject what waits"
          checked={rejectPending}
          onChange={(event) => setRejectPending(event.target.checked)}
        />
        <Checkbox
          label="Retire what was approved"
          checked={retireApproved}
          onChange={(event) => setRetireApproved(event.target.checked)}
        />
        <div className="dialog-actions">
          <Button onClick={close}>Cancel</Button>
          <Button look="danger" type="submit" disabled={busy}>
            Suspend
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
