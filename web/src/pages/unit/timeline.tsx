import { type ReactNode, useState } from 'react';
import { Button } from '../../design/button.tsx';
import { Time } from '../../design/time.tsx';
import { Changes } from '../../lesson/changes.tsx';
import { momentsOf } from './moments.ts';
import type { WholeUnit } from './whole-unit.ts';

/** What happened to it, last first, as far as the caller may know. */
export function Timeline({ unit }: { readonly unit: WholeUnit }) {
  return (
    <section className="timeline">
      <h2>What happened</h2>
      <ol>
        {momentsOf(unit).map(({ key, at, who, what, note, changes }) => (
          <li key={key}>
            <p>
              <strong>{what}</strong> {who && `by ${who}`}{' '}
              <span className="muted">
                <Time at={at} />
              </span>
            </p>
            {note && <p className="muted">“{note}”</p>}
            {changes && changes.length > 0 && (
              <Foldable>
                <Changes changes={changes} />
              </Foldable>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Foldable({ children }: { readonly children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide what changed' : 'What changed'}
      </Button>
      {open && <div className="timeline-changes">{children}</div>}
    </>
  );
}
