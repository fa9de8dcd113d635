import { useState } from 'react';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/confirm-dialog.tsx';
import { Menu } from '../../design/menu.tsx';
import { notify } from '../../design/notify.ts';
import type { WebhookFragment } from '../../gql/graphql.ts';
import {
  deleteWebhookMutation,
  rotateMutation,
  switchOffMutation,
  switchOnMutation,
  testMutation,
} from './documents.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { WebhookForm } from './webhook-form.tsx';

interface Props {
  readonly webhook: WebhookFragment;
  readonly changed: () => void;
  readonly deleted: () => void;
}

export function WebhookActions({ webhook, changed, deleted }: Props) {
  const { id, name, isActive } = webhook;
  const [asking, setAsking] = useState<'edit' | 'rotate' | 'delete' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const { act, busy } = useAct();
  const end = () => setAsking(null);
  const test = async () => {
    const delivery = (await act(testMutation, { id }))?.delivery;
    if (!delivery) return;
    const arrived = delivery.status === 'DELIVERED';
    notify({
      title: arrived ? `The receiver answered ${delivery.statusCode}` : 'The test did not arrive',
      look: arrived ? 'ok' : 'bad',
      ...(delivery.error && { detail: delivery.error }),
    });
    changed();
  };
  const turn = async () => {
    const result = await act(isActive ? switchOffMutation : switchOnMutation, { id });
    if (result) notify({ title: `${name} is ${isActive ? 'off' : 'on'}`, look: 'ok' });
    changed();
  };
  const rotate = async () => {
    const result = await act(rotateMutation, { id });
    if (result) setSecret(result.secret);
    changed();
  };
  const remove = async () => {
    if (!(await act(deleteWebhookMutation, { id }))) return;
    notify({ title: `${name} is deleted`, look: 'ok' });
    deleted();
  };
  return (
    <div className="row">
      <Button onClick={() => void test()} disabled={busy}>
        Send a test
      </Button>
      <Button look={isActive ? 'plain' : 'primary'} onClick={() => void turn()} disabled={busy}>
        {isActive ? 'Switch off' : 'Switch on'}
      </Button>
      <Menu
        trigger={<Button look="quiet" icon="menu" aria-label={`Actions for ${name}`} />}
        actions={[
          { label: 'Edit…', run: () => setAsking('edit') },
          { label: 'New secret…', run: () => setAsking('rotate') },
          { label: 'Delete…', run: () => setAsking('delete'), danger: true },
        ]}
      />
      {asking === 'edit' && (
        <WebhookForm
          webhook={webhook}
          close={end}
          saved={() => {
            end();
            notify({ title: `${name} is changed`, look: 'ok' });
            changed();
          }}
        />
      )}
      <ConfirmDialog
        open={asking === 'rotate'}
        close={end}
        title={`A new secret for ${name}`}
        effect="It is shown once. For a day deliveries are signed with both, so that the receiver can be changed in between."
        action="Make it"
        run={() => void rotate()}
      />
      <ConfirmDialog
        open={asking === 'delete'}
        close={end}
        title={`Delete ${name}`}
        effect="Its deliveries go with it, also those that wait."
        action="Delete"
        run={() => void remove()}
      />
      <SecretDialog secret={secret} close={() => setSecret(null)} />
    </div>
  );
}
