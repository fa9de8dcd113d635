import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

interface Props {
  readonly open: boolean;
  readonly close: () => void;
  readonly title: string;
  readonly effect: ReactNode;
  readonly action: string;
  readonly run: () => void;
}

/** Asks before something that cannot be taken back. */
export const ConfirmDialog = ({ open, close, title, effect, action, run }: Props) => (
  <Dialog open={open} onClose={close} title={title} description={effect}>
    <div className="dialog-actions">
      <Button onClick={close}>Cancel</Button>
      <Button
        look="danger"
        onClick={() => {
          close();
          run();
        }}
      >
        {action}
      </Button>
    </div>
  </Dialog>
);
