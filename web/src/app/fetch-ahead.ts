/** Fetches, once the page is there and idle, what is drawn by keys and refusals: it must be there when the server is not. */
export function fetchAhead(): () => void {
  const timer = setTimeout(() => {
    void import('../design/toast-list.tsx');
    void import('../design/dialog-popup.tsx');
    void import('../design/menu-popup.tsx');
  }, 2000);
  return () => clearTimeout(timer);
}
