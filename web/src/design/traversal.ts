/** Whether the page that is shown was come to by Back or Forward. */
let traversed = false;

window.addEventListener('popstate', () => {
  traversed = true;
});
// wouter's name for its own going on
window.addEventListener('pushState', () => {
  traversed = false;
});

export const isTraversed = (): boolean => traversed;

/** The address within the history that something is kept for. */
export const placeNow = (): string => location.pathname + location.search;
