import { type Drag, threshold } from './use-drag.ts';

const words = { right: 'Approve', left: 'Reject', up: 'Skip' } as const;

/** Says above the finger what it does when it is lifted, and grows until it does. */
export function DragLabel({ drag }: { readonly drag: Drag | null }) {
  if (!drag) return null;
  const strength = Math.min(1, drag.by / threshold);
  return (
    <span
      className={`drag-label drag-${drag.direction} ${strength === 1 ? 'drag-sure' : ''}`}
      style={{
        // whole, also at the side of the window
        left: `clamp(70px, ${drag.x}px, calc(100vw - 70px))`,
        top: drag.y,
        opacity: 0.3 + 0.7 * strength,
        scale: String(0.6 + 0.6 * strength),
      }}
      aria-hidden="true"
    >
      {words[drag.direction]}
    </span>
  );
}
