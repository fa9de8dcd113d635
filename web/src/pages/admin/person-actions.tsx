import { useState } from 'react';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/confirm-dialog.tsx';
import { CopyBox } from '../../design/copy-box.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { Menu, type MenuAction } from '../../design/menu.tsx';
import { notify } from '../../design/notify.ts';
import { plural } from '../../design/numbers.ts';
import type { PersonFragment } from '../../gql/graphql.ts';
import {
  closeMutation,
  endSessionsMutation,
  reinstateUserMutation,
  reopenUserMutation,
  setPasswordMutation,
} from './documents.ts';
import { ErasePerson } from './erase-person.tsx';
import { newPassword } from './new-password.ts';
import { SuspendDialog } from './suspend-dialog.tsx';

interface Props {
  readonly person: PersonFragment;
  readonly changed: () => void;
}

type Asking = 'suspend' | 'close' | 'password' | 'erase' | null;

export function PersonActions({ person, changed }: Props) {
  const [asking, setAsking] = useState<Asking>(null);
  const [password, setPassword] = useState<string | null>(null);
  const { act } = useAct();
  const { id, username, suspendedAt, closedAt } = person;
  const done = (title: string) => {
    notify({ title, look: 'ok' });
    changed();
  };
  const run = {
    reinstate: async () => {
      const result = await act(reinstateUserMutation, { input: { id, restore: true } });
      if (result) done(result.hasMore ? 'Partly restored: reinstate once more' : `${username} works again`);
    },
    reopen: async () =>
      void ((await act(reopenUserMutation, { id })) && done(`The account of ${username} is open again`)),
    close: async () => void ((await act(closeMutation, { id })) && done(`The account of ${username} is closed`)),
    endSessions: async () => {
      const result = await act(endSessionsMutation, { id });
      if (result) done(`${plural(result.ended ?? 0, 'session')} ended`);
    },
    password: async () => {
      const next = newPassword();
      if (await act(setPasswordMutation, { input: { id, newPassword: next } })) setPassword(next);
    },
  };
  const erase: MenuAction = { label: 'Erase for good…', run: () => setAsking('erase'), danger: true };
  const actions: MenuAction[] = closedAt
    ? [{ label: 'Open it again', run: () => void run.reopen() }, erase]
    : [
        { label: 'End all sessions', run: () => void run.endSessions() },
        { label: 'New password…', run: () => setAsking('password') },
        suspendedAt
          ? { label: 'Reinstate', run: () => void run.reinstate() }
          : { label: 'Suspend…', run: () => setAsking('suspend'), danger: true },
        { label: 'Close the account…', run: () => setAsking('close'), danger: true },
        erase,
      ];
  const end = () => setAsking(null);
  return (
    <>
      <Menu trigger={<Button look="quiet" icon="menu" aria-label={`Actions for ${username}`} />} actions={actions} />
      <SuspendDialog open={asking === 'suspend'} person={person} close={end} done={changed} />
      <ErasePerson open={asking === 'erase'} person={person} close={end} done={changed} />
      <ConfirmDialog
        open={asking === 'close'}
        close={end}
        title={`Close the account of ${username}`}
        effect="Its sessions end and its keys are revoked. The name stays taken, and what it proposed stays."
        action="Close it"
        run={() => void run.close()}
      />
      <ConfirmDialog
        open={asking === 'password'}
        close={end}
        title={`A new password for ${username}`}
        effect="The old one and all sessions end. The new one is shown once, to be passed on."
        action="Set it"
        run={() => void run.password()}
      />
      <Dialog open={password !== null} onClose={() => setPassword(null)} title={`The new password of ${username}`}>
        <CopyBox label="Shown this once" text={password ?? ''} />
      </Dialog>
    </>
  );
}
