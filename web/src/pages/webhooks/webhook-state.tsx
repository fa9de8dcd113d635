import { Badge } from '../../design/badge.tsx';
import { Time } from '../../design/time.tsx';
import type { WebhookFragment } from '../../gql/graphql.ts';
import { reasons } from './reasons.ts';

type State = Pick<WebhookFragment, 'isActive' | 'offReason' | 'failingSince'>;

/** Whether the server switched it off by itself. */
export const isSwitchedOff = ({ isActive, offReason }: Pick<State, 'isActive' | 'offReason'>): boolean =>
  !isActive && offReason !== 'SWITCHED';

export function WebhookState({ webhook }: { readonly webhook: State }) {
  const { isActive, failingSince } = webhook;
  if (!isActive)
    return isSwitchedOff(webhook) ? (
      <Badge tone="bad" icon="cross">
        switched off by the server
      </Badge>
    ) : (
      <Badge icon="lock">off</Badge>
    );
  return failingSince ? (
    <Badge tone="warn" icon="attention">
      fails
    </Badge>
  ) : (
    <Badge tone="ok" icon="check">
      on
    </Badge>
  );
}

/** Why nothing arrives, in a sentence; nothing where it does. */
export function WebhookProblem({ webhook }: { readonly webhook: WebhookFragment }) {
  const { isActive, offSince, offReason, failingSince } = webhook;
  if (!isActive && offSince)
    return (
      <p className={`admin-notice ${isSwitchedOff(webhook) ? 'admin-notice-bad' : ''}`} role="status">
        Off since <Time at={offSince} />. {offReason ? reasons[offReason] : ''} What waits is kept; what happens until
        it is on again is never sent.
      </p>
    );
  if (!failingSince) return null;
  return (
    <p className="admin-notice" role="status">
      No attempt has succeeded since <Time at={failingSince} />. After three days it is switched off.
    </p>
  );
}
