import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

const key = 'cq-missing-files';
const askAgainMs = 3000;

/**
 * A component that is fetched when it is first drawn. While the server is away it is waited for; where the server answers and the file is not
 * there, since another release is, the page is loaded again, once for each file. Rejects where that has not helped.
 */
// biome-ignore lint/suspicious/noExplicitAny: of whatever properties the component has
export function fetched<Component extends ComponentType<any>>(
  load: () => Promise<{ default: Component }>,
): LazyExoticComponent<Component> {
  return lazy(() => loadOrWait(load));
}

async function loadOrWait<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    await serverAnswers();
    // it may have been away for a moment only; not every browser asks again for what has failed
    const module = await load().catch(() => null);
    if (module) return module;
    if (!loadPageAgain(String(error))) throw error;
    return new Promise(() => {});
  }
}

async function serverAnswers(): Promise<void> {
  const init = { headers: { accept: 'text/html' }, cache: 'no-store' } as const;
  while (
    !(await fetch(location.href, init).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
}

/** Whether the page is loaded again: not for what it was loaded again for already. */
function loadPageAgain(missing: string): boolean {
  const known: string[] = JSON.parse(sessionStorage.getItem(key) ?? '[]');
  if (known.includes(missing)) return false;
  sessionStorage.setItem(key, JSON.stringify([...known, missing].slice(-20)));
  location.reload();
  return true;
}
