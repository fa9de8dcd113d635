import { useEffect, useRef } from 'react';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';

export interface SheetAction {
  readonly label: string;
  readonly run: () => void;
  readonly look?: 'primary' | 'danger';
  readonly disabled?: boolean;
}

interface Props {
  readonly open: boolean;
  readonly close: () => void;
  readonly title: string;
  readonly actions: readonly SheetAction[];
}

/** All that can be done with a lesson, for a finger that stays on it. That this finger goes up again closes nothing. */
export function ActionSheet({ open, close, title, actions }: Props) {
  const mayClose = useRef(false);
  useEffect(() => {
    if (!open) return;
    mayClose.current = false;
    const allow = () => {
      mayClose.current = true;
    };
    window.addEventListener('pointerdown', allow, true);
    window.addEventListener('keydown', allow, true);
    return () => {
      window.removeEventListener('pointerdown', allow, true);
      window.removeEventListener('keydown', allow, true);
    };
  }, [open]);
  return (
    <Dialog open={open} onClose={() => mayClose.current && close()} title={title}>
      <div className="action-sheet">
        {actions.map(({ label, run, look, disabled = false }) => (
          <Button
            key={label}
            look={look ?? 'plain'}
            disabled={disabled}
            onClick={() => {
              close();
              run();
            }}
          >
            {label}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
