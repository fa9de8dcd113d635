import { useState } from 'react';
import { useKeys } from '../../app/keys.ts';
import { Button } from '../../design/button.tsx';
import { plural } from '../../design/numbers.ts';
import type { Item } from './queue-model.ts';
import { RejectNote } from './reject-note.tsx';
import type { Decide } from './use-decide.ts';

interface Props {
  readonly selection: readonly Item[];
  readonly clear: () => void;
  readonly all: () => void;
  readonly decide: Decide;
  readonly goOn: () => void;
}

/** The server decides over this many in one go. */
const atOnce = 100;

/** One decision over all that is selected. */
export function SelectionBar({ selection, clear, all, decide, goOn }: Props) {
  const [rejecting, setRejecting] = useState(false);
  const some = selection.length > 0;
  const run = (decision: 'APPROVE' | 'REJECT', note = '') => {
    for (let index = 0; index < selection.length; index += atOnce)
      decide.many(
        selection.slice(index, index + atOnce).map(({ id }) => id),
        decision,
        note,
      );
    clear();
    setRejecting(false);
    goOn();
  };
  useKeys({ 'shift+a': () => run('APPROVE'), 'shift+r': () => setRejecting(true), escape: clear }, some);
  useKeys({ 'shift+x': all });
  if (!some) return null;
  if (rejecting)
    return (
      <div className="selection">
        <RejectNote
          what={`Reject ${selection.length}`}
          cancel={() => setRejecting(false)}
          send={(note) => run('REJECT', note)}
        />
      </div>
    );
  return (
    <div className="selection actions" role="toolbar" aria-label="Decision over all that is selected">
      <strong>{plural(selection.length, 'lesson')} selected</strong>
      <Button look="quiet" hint="⇧X" onClick={all}>
        Select all shown
      </Button>
      <Button look="quiet" hint="Esc" onClick={clear}>
        Clear
      </Button>
      <span className="actions-gap" />
      <Button look="danger" hint="⇧R" onClick={() => setRejecting(true)}>
        Reject {selection.length}
      </Button>
      <Button look="primary" hint="⇧A" onClick={() => run('APPROVE')}>
        Approve {selection.length}
      </Button>
    </div>
  );
}
