import { useLayoutEffect } from 'react';
import { isTraversed } from '../design/traversal.ts';

/** Another page is read from its top; one that was come back to stays where the browser, or the page itself, puts it. */
export function useTopOfPage(path: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the path that changes
  useLayoutEffect(() => {
    if (!isTraversed()) window.scrollTo(0, 0);
  }, [path]);
}
