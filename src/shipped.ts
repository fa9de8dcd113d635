/**
 * The URL of a file or folder (with a slash at its end) that the program reads at run time, such as schema/. `path` is relative to
 * the root of the checkout; the package has the same files in dist/, at the same distance from the code.
 */
export const shipped = (path: string): URL => new URL(`../${path}`, import.meta.url);
