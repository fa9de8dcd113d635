import { ShownOnce } from '../../design/shown-once.tsx';

interface Props {
  readonly secret: string | null;
  readonly close: () => void;
}

/** The secret that deliveries are signed with, this once. */
export const SecretDialog = ({ secret, close }: Props) => (
  <ShownOnce
    open={secret !== null}
    onClose={close}
    title="Copy the secret now"
    description="The receiver checks signatures with it, as the Standard Webhooks specification has it. It is shown this once. Slack and Teams need none."
    label="Secret"
    text={secret ?? ''}
    wide
  />
);
