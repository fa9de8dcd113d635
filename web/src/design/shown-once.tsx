import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { CopyBox } from './copy-box.tsx';
import { Dialog } from './dialog.tsx';

interface Props {
  readonly open: boolean;
  readonly title: string;
  readonly description: string;
  /** What it is, such as `Key`. */
  readonly label: string;
  readonly text: string;
  readonly onClose: () => void;
  readonly wide?: boolean;
  /** Below what is to be copied. */
  readonly children?: ReactNode;
}

/** A dialog with what is shown this once, to be copied. */
export const ShownOnce = ({ label, text, onClose, children, ...dialog }: Props) => (
  <Dialog {...dialog} onClose={onClose}>
    <CopyBox label={label} text={text} />
    {children}
    <div className="dialog-actions">
      <Button look="primary" onClick={onClose}>
        I have copied it
      </Button>
    </div>
  </Dialog>
);
