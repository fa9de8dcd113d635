import { Button } from '../../design/button.tsx';
import { Menu } from '../../design/menu.tsx';
import { DragLabel } from './drag-label.tsx';
import { useDrag } from './use-drag.ts';

interface Props {
  readonly approve: () => void;
  readonly reject: () => void;
  readonly goOn: () => void;
  readonly amend?: (() => void) | undefined;
  readonly merge?: (() => void) | undefined;
  readonly supersede?: (() => void) | undefined;
  readonly isHeld?: boolean;
  /** Whether somebody has decided already. */
  readonly isOver: boolean;
  readonly blocked?: string | undefined;
}

/** What can be decided, by button. A finger that goes up from here skips, which it cannot do where it scrolls. */
export function ActionBar({ approve, reject, goOn, amend, merge, supersede, isHeld, isOver, blocked }: Props) {
  const { drag, handlers } = useDrag({ up: goOn });
  if (isOver)
    return (
      <div className="actions" role="toolbar" aria-label="Decision">
        <Button look="primary" onClick={goOn} hint="A">
          Next
        </Button>
      </div>
    );
  const reason = isHeld ? 'Held for credentials: amend or release it first' : blocked;
  const more = [
    ...(amend ? [{ label: 'Amend', run: amend, hint: 'E' }] : []),
    ...(merge ? [{ label: 'Merge into the chosen near unit', run: merge, hint: 'M' }] : []),
    ...(supersede ? [{ label: 'Approve in place of the chosen near unit', run: supersede, hint: 'P' }] : []),
  ];
  return (
    <div className="actions actions-decide" role="toolbar" aria-label="Decision" {...handlers}>
      <DragLabel drag={drag} />
      <Button look="danger" icon="cross" hint="R" onClick={reject}>
        Reject
      </Button>
      <Button look="quiet" icon="skip" hint="S" onClick={goOn}>
        Skip
      </Button>
      <span className="actions-wide">
        {amend && (
          <Button look="quiet" icon="edit" hint="E" onClick={amend}>
            Amend
          </Button>
        )}
        {merge && (
          <Button look="quiet" icon="merge" hint="M" onClick={merge} title="Into the near unit that is chosen">
            Merge
          </Button>
        )}
        {supersede && (
          <Button
            look="quiet"
            hint="P"
            onClick={supersede}
            title="Approve it in the place of the near unit that is chosen"
          >
            Supersede
          </Button>
        )}
      </span>
      {more.length > 0 && (
        <span className="actions-narrow">
          <Menu trigger={<Button look="quiet" icon="menu" aria-label="More" />} actions={more} />
        </span>
      )}
      <span className="actions-gap" />
      {reason && <span className="actions-reason">{reason}</span>}
      <Button look="primary" icon="check" hint="A" onClick={approve} disabled={reason !== undefined}>
        Approve
      </Button>
    </div>
  );
}
