import { useState } from 'react';
import { Dialog } from '../design/dialog.tsx';
import { Checkbox } from '../design/field.tsx';
import { useSignal } from '../design/signal.ts';
import { setSingleKeys, singleKeys, useKeys } from './keys.ts';
import './shortcuts.css';

const groups: readonly { readonly name: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  {
    name: 'Review',
    keys: [
      ['J  K', 'next, previous'],
      ['A  ↵', 'approve'],
      ['R', 'reject, with a note'],
      ['E', 'amend; ⌘↵ or Ctrl ↵ approves the amended text'],
      ['M', 'merge into the near unit that is chosen'],
      ['P', 'approve in the place of the near unit that is chosen'],
      ['1 – 5', 'choose a near unit; in a note: a template'],
      ['S', 'skip'],
      ['U', 'undo'],
      ['X  ⇧X', 'select this one, all that is shown'],
      ['⇧A  ⇧R', 'approve or reject all that is selected'],
      ['/', 'filter'],
    ],
  },
  {
    name: 'Everywhere',
    keys: [
      ['⌘K  Ctrl K', 'search or jump'],
      ['G R', 'Review'],
      ['G F', 'Find'],
      ['G N', 'Attention'],
      ['G D', 'Dashboard'],
      ['G M', 'Mine'],
      ['G C', 'Connect an agent'],
      ['?', 'these keys'],
    ],
  },
];

export function Shortcuts() {
  const [open, setOpen] = useState(false);
  const on = useSignal(singleKeys);
  useKeys({ '?': () => setOpen(true) });
  return (
    <Dialog open={open} onClose={() => setOpen(false)} title="Keys" wide>
      <div className="shortcuts">
        {groups.map(({ name, keys }) => (
          <section key={name}>
            <h2>{name}</h2>
            <dl>
              {keys.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    {key.split('  ').map((each) => (
                      <kbd key={each}>{each}</kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Checkbox
        label="Single letters act. Turn this off if you dictate, or press keys by mistake."
        checked={on}
        onChange={(event) => setSingleKeys(event.target.checked)}
      />
    </Dialog>
  );
}
