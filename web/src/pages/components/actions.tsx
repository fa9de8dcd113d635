import { useState } from 'react';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/confirm-dialog.tsx';
import { CopyBox } from '../../design/copy-box.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { Icon } from '../../design/icon.tsx';
import { Key } from '../../design/key.tsx';
import { Menu } from '../../design/menu.tsx';
import { More } from '../../design/more.tsx';
import { notify } from '../../design/notify.ts';
import { ShownOnce } from '../../design/shown-once.tsx';
import { Sample } from './sample.tsx';

export function Actions({ theme }: { readonly theme: string }) {
  const [open, setOpen] = useState<'dialog' | 'confirm' | 'once' | null>(null);
  const close = () => setOpen(null);
  const say = (look: 'ok' | 'bad' | 'info') => () => notify({ title: 'It is done', detail: 'In one sentence.', look });
  return (
    <>
      <Sample name="Button, Key">
        <div className="row">
          <Button look="primary">Primary</Button>
          <Button>Plain</Button>
          <Button look="danger">Danger</Button>
          <Button look="quiet">Quiet</Button>
          <Button disabled>Disabled</Button>
          <Button icon="check" hint="A">
            Approve
          </Button>
          <Button look="quiet" icon="menu" aria-label={`More, ${theme}`} />
          <Key>⌘K</Key>
        </div>
      </Sample>
      <Sample name="Icon">
        <div className="row">
          {(['review', 'find', 'attention', 'dashboard', 'mine', 'connect', 'admin', 'flag', 'merge'] as const).map(
            (name) => (
              <Icon key={name} name={name} />
            ),
          )}
        </div>
      </Sample>
      <Sample name="Menu, Dialog, ConfirmDialog, ShownOnce, Toast">
        <div className="row">
          <Menu
            trigger={<Button>Menu</Button>}
            head="What can be done"
            actions={[
              { label: 'Edit…', run: () => {}, hint: 'E' },
              { label: 'Not now', run: () => {}, disabled: true },
              { label: 'Delete…', run: () => {}, danger: true },
            ]}
          />
          <Button onClick={() => setOpen('dialog')}>Dialog</Button>
          <Button onClick={() => setOpen('confirm')}>Confirm</Button>
          <Button onClick={() => setOpen('once')}>Shown once</Button>
          <Button onClick={say('ok')}>Toast</Button>
          <Button onClick={say('bad')}>Bad toast</Button>
          <Button onClick={say('info')}>Other toast</Button>
        </div>
        <Dialog open={open === 'dialog'} onClose={close} title="A dialog" description="What it is about.">
          <div className="dialog-actions">
            <Button onClick={close}>Cancel</Button>
            <Button look="primary" onClick={close}>
              Do it
            </Button>
          </div>
        </Dialog>
        <ConfirmDialog
          open={open === 'confirm'}
          close={close}
          title="Delete it"
          effect="It cannot be brought back."
          action="Delete"
          run={close}
        />
        <ShownOnce
          open={open === 'once'}
          onClose={close}
          title="Copy it now"
          description="It is shown this once."
          label="Key"
          text="cqa.v1.…"
        />
      </Sample>
      <Sample name="CopyBox, More">
        <CopyBox label="Command" text="cq-server user invite --role reviewer" />
        <More more={() => {}} loading={false} />
      </Sample>
    </>
  );
}
