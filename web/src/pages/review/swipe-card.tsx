import { type PointerEvent, type ReactNode, useRef, useState } from 'react';

interface Props {
  /** Where it is missing, a swipe to the right does nothing. */
  readonly approve: (() => void) | undefined;
  readonly reject: () => void;
  readonly children: ReactNode;
}

const threshold = 110;

/** A card that a finger moves: to the right approves, to the left rejects. A mouse selects text as ever. */
export function SwipeCard({ approve, reject, children }: Props) {
  const [shift, setShift] = useState(0);
  const start = useRef<{ readonly x: number; readonly id: number } | null>(null);
  const begin = (event: PointerEvent) => {
    // code scrolls sideways within itself
    if (event.pointerType === 'mouse' || (event.target as Element).closest('pre, button, a')) return;
    start.current = { x: event.clientX, id: event.pointerId };
  };
  const move = (event: PointerEvent) => {
    if (start.current?.id !== event.pointerId) return;
    const by = event.clientX - start.current.x;
    setShift(by > 0 && !approve ? 0 : by);
  };
  const end = () => {
    if (!start.current) return;
    start.current = null;
    setShift(0);
    if (shift > threshold) approve?.();
    if (shift < -threshold) reject();
  };
  const cancel = () => {
    start.current = null;
    setShift(0);
  };
  const strength = Math.min(1, Math.abs(shift) / threshold);
  return (
    <div
      className={`swipe ${shift === 0 ? 'swipe-rest' : ''}`}
      style={{ transform: shift === 0 ? undefined : `translateX(${shift}px) rotate(${shift / 60}deg)` }}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={cancel}
    >
      {shift !== 0 && (
        <span
          className={`swipe-label ${shift > 0 ? 'swipe-approve' : 'swipe-reject'}`}
          style={{ opacity: strength, scale: String(0.6 + 0.4 * strength) }}
          aria-hidden="true"
        >
          {shift > 0 ? 'Approve' : 'Reject'}
        </span>
      )}
      {children}
    </div>
  );
}
