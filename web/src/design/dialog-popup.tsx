import { Dialog as Base } from '@base-ui/react/dialog';
import { Button } from './button.tsx';
import './dialog.css';
import type { DialogProps } from './dialog.tsx';

export default function DialogPopup({ open, onClose, title, description, wide, children }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className={`dialog ${wide ? 'dialog-wide' : ''}`}>
          <div className="dialog-head">
            <Base.Title className="dialog-title">{title}</Base.Title>
            <Base.Close render={<Button look="quiet" icon="cross" aria-label="Close" />} />
          </div>
          {description && (
            <Base.Description className="dialog-description" render={<div />}>
              {description}
            </Base.Description>
          )}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
