import { Suspense, useState } from 'react';
import { fetched } from './fetched.ts';
import { pendingNotices } from './notify.ts';
import { useSignal } from './signal.ts';

const List = fetched(() => import('./toast-list.tsx'));

/** The notices of the page. What draws them is fetched with the first one. */
export function Toasts() {
  const [wanted, setWanted] = useState(false);
  const pending = useSignal(pendingNotices);
  if (pending.length > 0 && !wanted) setWanted(true);
  return wanted ? (
    <Suspense>
      <List />
    </Suspense>
  ) : null;
}
