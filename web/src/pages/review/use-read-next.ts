import { useEffect, useRef } from 'react';

/** Whether another lesson than the first of the visit is shown. */
let hasMoved = false;

/** Moves the focus to each lesson that comes after the first, unless something else has it: a screen reader reads it then. */
export function useReadNext(id: string | undefined): void {
  const last = useRef(id);
  useEffect(() => {
    if (last.current === id) return;
    hasMoved = last.current !== undefined;
    last.current = id;
    readHere(document.querySelector<HTMLElement>('[data-reading]'));
  }, [id]);
  useEffect(
    () => () => {
      hasMoved = false;
    },
    [],
  );
}

/** The same for a lesson that has to be fetched, once it is there. */
export function readHere(lesson: HTMLElement | null): void {
  const focused = document.activeElement;
  if (lesson && hasMoved && (focused === document.body || focused?.id === 'content'))
    lesson.focus({ preventScroll: true });
}
