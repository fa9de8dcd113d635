// Loads the page again, once, where a file that it begins with is missing: the server was updated meanwhile, or index.html came from a process
// of another release. Has one name in every release, so that it is there when the others are not, and uses nothing else.
(() => {
  const key = 'cq-missing-files';

  function again(file) {
    const known = JSON.parse(sessionStorage.getItem(key) ?? '[]');
    if (known.includes(file)) return say();
    sessionStorage.setItem(key, JSON.stringify([...known, file].slice(-20)));
    location.reload();
  }

  function say() {
    const root = document.getElementById('root');
    if (!root || root.childElementCount > 0) return;
    root.append(
      Object.assign(document.createElement('p'), {
        role: 'alert',
        textContent:
          'A part of this page is missing on the server, which may be in the middle of an update. Load it again in a moment.',
      }),
    );
  }

  // Errors of elements do not bubble. What is fetched later, the page itself cares for.
  const heed = ({ target }) => {
    const file =
      target instanceof HTMLScriptElement ? target.src : target instanceof HTMLLinkElement ? target.href : '';
    if (!file.includes('/assets/')) return;
    if (document.readyState === 'loading') addEventListener('DOMContentLoaded', () => again(file));
    else again(file);
  };
  addEventListener('error', heed, true);
  addEventListener('load', () => removeEventListener('error', heed, true));
})();
