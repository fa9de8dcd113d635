import { type PointerEvent, useEffect, useRef, useState } from 'react';

export type Direction = 'left' | 'right' | 'up';

/** Where a finger has gone to from where it came down. */
export interface Drag {
  readonly direction: Direction;
  /** In pixels, always positive. */
  readonly by: number;
  readonly x: number;
  readonly y: number;
}

/** What each direction does; one that is missing does nothing. `hold` is for a finger that stays where it is. */
export type Deeds = Partial<Record<Direction | 'hold', (() => void) | undefined>>;

export const threshold = 110;
/** Less than this is no direction. */
const slack = 10;
const holdMs = 500;

/** Follows one finger. A mouse selects text as ever, and two fingers zoom. */
export function useDrag(deeds: Deeds) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const start = useRef<{ readonly x: number; readonly y: number; readonly id: number; axis?: 'x' | 'y' } | null>(null);
  const current = useRef<Drag | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const show = (next: Drag | null) => {
    current.current = next;
    setDrag(next);
  };
  const cancel = () => {
    clearTimeout(timer.current);
    start.current = null;
    show(null);
  };
  useEffect(() => () => clearTimeout(timer.current), []);

  const onPointerDown = (event: PointerEvent) => {
    if (event.pointerType === 'mouse') return;
    if (!event.isPrimary) return cancel();
    start.current = { x: event.clientX, y: event.clientY, id: event.pointerId };
    const { hold } = deeds;
    if (!hold) return;
    timer.current = setTimeout(() => {
      cancel();
      swallowClick();
      hold();
    }, holdMs);
  };
  const onPointerMove = (event: PointerEvent) => {
    const from = start.current;
    if (from?.id !== event.pointerId) return;
    const [right, up] = [event.clientX - from.x, from.y - event.clientY];
    if (!from.axis && Math.hypot(right, up) < slack) return;
    clearTimeout(timer.current);
    // the first direction counts: a finger does not go straight
    from.axis ??= Math.abs(right) > Math.abs(up) ? 'x' : 'y';
    const direction = from.axis === 'y' ? 'up' : right > 0 ? 'right' : 'left';
    const by = from.axis === 'y' ? up : Math.abs(right);
    show(deeds[direction] && by > 0 ? { direction, by, x: event.clientX, y: event.clientY } : null);
  };
  const onPointerUp = () => {
    const last = current.current;
    cancel();
    if (last && last.by > threshold) deeds[last.direction]?.();
  };
  return { drag, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: cancel } };
}

/** That the finger goes up presses nothing of what has come up below it. */
function swallowClick(): void {
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener('click', swallow, true);
  window.addEventListener('pointerdown', () => window.removeEventListener('click', swallow, true), {
    capture: true,
    once: true,
  });
}
