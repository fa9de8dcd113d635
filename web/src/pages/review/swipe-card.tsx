import { type ReactNode, useEffect, useRef, useState } from 'react';
import { DragLabel } from './drag-label.tsx';
import { type Deeds, useDrag } from './use-drag.ts';

/**
 * A card that a finger moves. Up does something only where there is no more text to scroll to. What a finger selects, such as code, and what it
 * presses is left to it.
 */
export function SwipeCard({ deeds, children }: { readonly deeds: Deeds; readonly children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  const isAtEnd = useIsAtEnd(frame);
  const { drag, handlers } = useDrag(isAtEnd ? deeds : { ...deeds, up: undefined });
  const { onPointerDown } = handlers;
  const shift = !drag ? 0 : drag.direction === 'left' ? -drag.by : drag.by;
  const moved =
    drag?.direction === 'up' ? `translateY(${-shift / 2}px)` : `translateX(${shift}px) rotate(${shift / 60}deg)`;
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: each of these is a button below the card, too */}
      <div
        ref={frame}
        className={`swipe ${isAtEnd ? 'swipe-at-end' : ''} ${drag ? '' : 'swipe-rest'}`}
        style={{ transform: drag ? moved : undefined }}
        {...handlers}
        onPointerDown={(event) => {
          if (!(event.target as Element).closest('pre, button, a, input, summary')) onPointerDown(event);
        }}
        onContextMenu={(event) => {
          // a finger that stays opens the actions instead
          if ((event.nativeEvent as Partial<PointerEvent>).pointerType === 'touch') event.preventDefault();
        }}
      >
        {children}
      </div>
      <DragLabel drag={drag} />
    </>
  );
}

/** Whether both the card and the window are scrolled to their ends. */
function useIsAtEnd(element: { readonly current: HTMLElement | null }): boolean {
  const [isAtEnd, setIsAtEnd] = useState(false);
  useEffect(() => {
    const look = () => {
      const card = element.current?.parentElement;
      const page = document.documentElement;
      if (!card) return;
      const isCardAtEnd = card.scrollTop + card.clientHeight >= card.scrollHeight - 2;
      setIsAtEnd(isCardAtEnd && window.scrollY + window.innerHeight >= page.scrollHeight - 2);
    };
    const observer = new ResizeObserver(look);
    observer.observe(document.body);
    if (element.current) observer.observe(element.current);
    window.addEventListener('scroll', look, { capture: true, passive: true });
    return () => {
      observer.disconnect();
      window.removeEventListener('scroll', look, { capture: true });
    };
  }, [element]);
  return isAtEnd;
}
