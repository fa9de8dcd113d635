import { useEffect, useState } from 'react';
import { Button } from '../../design/button.tsx';
import { count } from '../../design/numbers.ts';
import { useStream } from '../../live/use-stream.ts';
import { auditLoggedSubscription } from './documents.ts';

interface Props {
  /** The place behind what is shown. */
  readonly from: string | null | undefined;
  /** Whether an entry would be shown. */
  readonly passes: (entry: { readonly action: string; readonly target: string | null }) => boolean;
  readonly show: () => void;
}

/** How many entries have been added since those that are shown, as a button that shows them: nothing moves by itself. */
export function NewEntries({ from, passes, show }: Props) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown from there on is none of those before
  useEffect(() => setIds(new Set()), [from]);
  useStream(auditLoggedSubscription, {
    from,
    tell: ({ auditLogged: { cursor, entry } }) => {
      if (passes(entry)) setIds((before) => new Set(before).add(entry.id));
      return cursor;
    },
    refused: show,
  });
  return (
    <span role="status">
      {ids.size > 0 && (
        <Button icon="live" onClick={show}>
          {count(ids.size)} new
        </Button>
      )}
    </span>
  );
}
