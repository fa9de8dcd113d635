import { type ReactNode, Suspense, useState } from 'react';
import { fetched } from './fetched.ts';

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

const Popup = fetched(() => import('./dialog-popup.tsx'));

/** A dialog over the page. What draws it is fetched when the first one opens. */
export function Dialog(props: DialogProps) {
  const [wanted, setWanted] = useState(false);
  if (props.open && !wanted) setWanted(true);
  return wanted ? (
    <Suspense>
      <Popup {...props} />
    </Suspense>
  ) : null;
}
