/** What the page of GraphiQL does before GraphiQL starts, as the text of a script. */
export const graphiqlGuard = (): string => `(${guard})(globalThis);`;

/** What is used of a browser's window here. */
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
 * Runs in the browser, by its source text: it may use nothing from outside. Keeps what GraphiQL stores, tokens included, for
 * the tab only, and says above the page why the server refused its credentials; GraphiQL itself says "Error fetching schema".
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

  /** GraphiQL has no setting for where it stores things. What an earlier page left there is removed. */
  function keepForTab() {
    const lasting = Object.getOwnPropertyDescriptor(page, 'localStorage')?.get?.call(page) as Stored | undefined;
    for (const key of Object.keys(lasting ?? {})) if (key.startsWith('graphiql:')) lasting?.removeItem(key);
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
