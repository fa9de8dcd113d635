import { useEffect } from 'react';

/** What is read first where what had the focus is gone: an open dialog, else the lesson that is decided over, else the page. */
const heirs = ['[role=dialog], [role=alertdialog]', '[data-reading]', '#content'];

/** Moves the focus on when the element that has it is taken out of the page: without it, the next key and the screen reader begin at the top. */
export function useKeptFocus(): void {
  useEffect(() => {
    let last: Element | null = null;
    let asked = 0;
    const note = ({ target }: FocusEvent) => {
      last = target instanceof Element ? target : null;
    };
    const pass = () => {
      asked = 0;
      if (!last || isThere(last) || (document.activeElement ?? document.body) !== document.body) return;
      const heir = heirs
        .map((selector) => document.querySelector<HTMLElement>(selector))
        .find((one) => one && isThere(one));
      heir?.focus({ preventScroll: true });
    };
    // after what comes in its place has had the time to take the focus itself
    const observer = new MutationObserver(() => {
      asked ||= requestAnimationFrame(pass);
    });
    document.addEventListener('focusin', note);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      cancelAnimationFrame(asked);
      observer.disconnect();
      document.removeEventListener('focusin', note);
    };
  }, []);
}

const isThere = (element: Element): boolean => element.isConnected && element.checkVisibility();
