import { Button } from '../../design/button.tsx';
import { CopyBox } from '../../design/copy-box.tsx';
import { Dialog } from '../../design/dialog.tsx';

interface Props {
  readonly secret: string | null;
  readonly close: () => void;
}

/** The secret that deliveries are signed with, this once. */
export const SecretDialog = ({ secret, close }: Props) => (
  <Dialog
    open={secret !== null}
    onClose={close}
    title="Copy the secret now"
    description="The receiver checks signatures with it, as the Standard Webhooks specification has it. It is shown this once. Slack and Teams need none."
    wide
  >
    <CopyBox label="Secret" text={secret ?? ''} />
    <div className="dialog-actions">
      <Button look="primary" onClick={close}>
        I have copied it
      </Button>
    </div>
  </Dialog>
);
