/** Fetches, once the page is there and idle, what is drawn by keys and refusals: it must be there when the server is not. */
export function fetchAhead(): () => void {
  const timer = setTimeout(() => {
    // what cannot be had now is fetched when it is wanted
    const ahead = [
      import('../design/toast-list.tsx'),
      import('../design/dialog-popup.tsx'),
      import('../design/menu-popup.tsx'),
    ];
    void Promise.allSettled(ahead);
  }, 2000);
  return () => clearTimeout(timer);
}
