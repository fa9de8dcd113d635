/** How long a figure is used after it was read: so many times as long as reading it took, within these limits. */
const costFactor = 100;
const [minTtlMs, maxTtlMs] = [5000, 60_000];
/** How long to wait for one, and how soon to try again after it could not be read. */
const [deadlineMs, retryMs] = [1000, 1000];

/** What is read from the database for scrapes, of which there may be any number, and which wait for none that is slow. */
export interface Figure<T> {
  /** As it was some seconds ago, or is now; null where it cannot be read, or not in time. Never fails. */
  current(): Promise<T | null>;
}

export interface FigureOptions {
  readonly deadlineMs?: number;
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
}

/**
 * A figure that is read for all who ask at the same time once, and not again while it is still being read: a database that does not
 * answer is asked one question, whoever scrapes. What comes too late is there for the next one.
 */
export function createFigure<T>(
  read: () => Promise<T>,
  { deadlineMs: deadline = deadlineMs, now = () => performance.now() }: FigureOptions = {},
): Figure<T> {
  let known: { readonly value: T | null; readonly until: number } | null = null;
  let reading: Promise<T | null> | null = null;

  async function readNow(): Promise<T | null> {
    const at = now();
    try {
      const value = await read();
      known = { value, until: now() + Math.min(maxTtlMs, Math.max(minTtlMs, (now() - at) * costFactor)) };
      return value;
    } catch {
      known = { value: null, until: now() + retryMs };
      return null;
    } finally {
      reading = null;
    }
  }

  return {
    async current() {
      if (known && now() < known.until) return known.value;
      reading ??= readNow();
      return inTime(reading, deadline);
    },
  };
}

/** The value, or null when it has not come in time. */
async function inTime<T>(value: Promise<T | null>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, ms, null);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
