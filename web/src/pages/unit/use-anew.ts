import { useEffect, useRef } from 'react';

/** Calls `refresh` whenever the value has become another one, but not for the first one. */
export function useAnew(value: string, refresh: () => void): void {
  const last = useRef(value);
  const run = useRef(refresh);
  run.current = refresh;
  useEffect(() => {
    if (last.current === value) return;
    last.current = value;
    run.current();
  }, [value]);
}
