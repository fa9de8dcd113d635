let exits = true;

/**
 * Exits the process quietly when the reader of its standard output closes it (EPIPE), as `head` does: a command has nothing left
 * to do then, since commands that change data print at their end. Errors of standard error are ignored.
 */
export function exitOnClosedOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!exits) return;
    // ECONNRESET: a socket that was closed with unread data
    if (error.code === 'EPIPE' || error.code === 'ECONNRESET') process.exit();
    throw error;
  });
  process.stderr.on('error', () => {});
}

/** For servers, which go on when their log has no reader any more, or a full disk no longer takes it. */
export function ignoreClosedOutput(): void {
  exits = false;
}
