import { cloneElement, type ReactElement, type ReactNode, Suspense, useState } from 'react';
import { fetched } from './fetched.ts';

export interface MenuAction {
  readonly label: ReactNode;
  readonly run: () => void;
  readonly hint?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
}

export interface MenuProps {
  readonly trigger: ReactElement<Record<string, unknown>>;
  /** What is said above the actions. */
  readonly head?: ReactNode;
  readonly actions: readonly MenuAction[];
}

const Popup = fetched(() => import('./menu-popup.tsx'));

/** Actions behind a button. What draws them is fetched when they are first asked for. */
export function Menu(props: MenuProps) {
  const [wanted, setWanted] = useState(false);
  const closed = cloneElement(props.trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onClick: () => setWanted(true),
  });
  if (!wanted) return closed;
  return (
    <Suspense fallback={closed}>
      <Popup {...props} />
    </Suspense>
  );
}
