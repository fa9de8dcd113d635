import { type FormEvent, useState } from 'react';
import { problemAt } from '../../app/problem.ts';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/field.tsx';
import { notify } from '../../design/notify.ts';
import type { EraseUserMutation, PersonFragment } from '../../gql/graphql.ts';
import { eraseUserMutation } from './documents.ts';
import { KeptCopies } from './kept-copies.tsx';

interface Props {
  readonly open: boolean;
  readonly person: PersonFragment;
  readonly close: () => void;
  readonly done: () => void;
}

type Backups = NonNullable<NonNullable<EraseUserMutation['result']>['backups']>;

/** Asks why, and for the name once more; then says which copies of the database may still have it. */
export function ErasePerson({ open, person: { id, username }, close, done }: Props) {
  const [reason, setReason] = useState('');
  const [name, setName] = useState('');
  const [backups, setBackups] = useState<Backups>();
  const { act, busy, errors } = useAct(['reason']);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const result = await act(eraseUserMutation, { input: { id, reason: reason.trim() } });
    if (!result) return;
    notify({ title: `${username} is erased`, detail: 'Under Erasures it says when nothing is left.', look: 'ok' });
    if (!result.backups?.length) return end();
    setBackups(result.backups);
  };
  // the row goes with the account, and this dialog with the row
  const end = () => {
    close();
    done();
  };
  if (backups)
    return (
      <Dialog open={open} onClose={end} title={`Copies that may still have ${username}`}>
        <KeptCopies backups={backups} />
        <div className="dialog-actions">
          <Button onClick={end}>Close</Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog
      open={open}
      onClose={close}
      title={`Erase ${username} for good`}
      description="Nobody can bring the account back, and nobody gets the name again."
    >
      <form className="stack" onSubmit={submit}>
        <dl className="stack">
          <div>
            <dt>
              <strong>What goes</strong>
            </dt>
            <dd className="muted">
              The account at once, with its password, sessions, keys, webhooks and invitations. Then the name, wherever
              it stands: who proposed, decided, confirmed or flagged.
            </dd>
          </div>
          <div>
            <dt>
              <strong>What stays</strong>
            </dt>
            <dd className="muted">
              What the person wrote and did, under a placeholder that tells nothing of the name. Texts stay as they are,
              even where they say the name. Backups, exports and logs keep what they have.
            </dd>
          </div>
        </dl>
        <TextField
          label="Why"
          help="Seen by administrators, and kept: it must not have the name"
          limit={1000}
          required
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          problem={problemAt(errors, 'reason')}
        />
        <TextField
          label={
            <>
              Type the name: <strong>{username}</strong>
            </>
          }
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <div className="dialog-actions">
          <Button onClick={close}>Cancel</Button>
          <Button look="danger" type="submit" disabled={busy || reason.trim() === '' || name !== username}>
            Erase for good
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
