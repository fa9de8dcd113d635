/** A script for the GraphiQL page, run before GraphiQL starts: keeps tokens for the tab only, and shows why a request got 401. */
export const graphiqlGuard = (): string => `(${guard})(globalThis);`;

/** The part of a browser's `window` that the script uses. */
interface Page {
  fetch: typeof fetch;
  readonly sessionStorage: object;
  readonly document: {
    getElementById(id: string): Element | null;
    createElement(name: string): Element;
    readonly body: { append(element: Element): void };
  };
}

interface Element {
  id: string;
  textContent: string | null;
  setAttribute(name: string, value: string): void;
  remove(): void;
}

interface Stored {
  removeItem(key: string): void;
}

/**
 * Its source text runs in the browser, so it must not use anything outside of it. Replaces `localStorage`, where GraphiQL keeps
 * tokens, by `sessionStorage`, and shows the server's message for a 401 above the page; GraphiQL only says "Error fetching schema".
 */
function guard(page: Page): void {
  keepForTab();
  const send = page.fetch.bind(page);
  page.fetch = async (...request) => {
    const response = await send(...request);
    if (response.status === 401) show(await reasonOf(response.clone()));
    else hide();
    return response;
  };

  /** GraphiQL has no setting for its storage. Also removes what an earlier version of this page left in `localStorage`. */
  function keepForTab() {
    const local = Object.getOwnPropertyDescriptor(page, 'localStorage')?.get?.call(page) as Stored | undefined;
    for (const key of Object.keys(local ?? {})) if (key.startsWith('graphiql:')) local?.removeItem(key);
    Object.defineProperty(page, 'localStorage', { configurable: true, get: () => page.sessionStorage });
  }

  async function reasonOf(response: Response): Promise<string> {
    try {
      return ((await response.json()) as { errors: [{ message: string }] }).errors[0].message;
    } catch {
      return 'The server refused the credentials.';
    }
  }

  function show(reason: string) {
    const notice = page.document.getElementById('cq-unauthenticated') ?? page.document.createElement('div');
    notice.id = 'cq-unauthenticated';
    notice.setAttribute('role', 'alert');
    notice.setAttribute(
      'style',
      'position:fixed;top:0;left:0;right:0;z-index:1000;padding:8px 16px;text-align:center;' +
        'font:14px sans-serif;color:#fff;background:#b3261e',
    );
    notice.textContent = `${reason} Change or remove the Authorization header under "Headers" below the query.`;
    page.document.body.append(notice);
  }

  function hide() {
    page.document.getElementById('cq-unauthenticated')?.remove();
  }
}
