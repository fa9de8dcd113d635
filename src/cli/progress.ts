/** Prints progress on standard error, at most twice a second, and not before `firstAfterMs`. */
export function throttledProgress(firstAfterMs = 500): (message: string) => void {
  let next = Date.now() + firstAfterMs;
  return (message) => {
    if (Date.now() < next) return;
    next = Date.now() + 500;
    console.error(`${message} …`);
  };
}
