/**
 * A file or folder (with a slash at its end) that the program reads beside its code, by its path from the root of the
 * checkout. A package has them in `dist/`, where the code is as far below them as here.
 */
export const shipped = (path: string): URL => new URL(`../${path}`, import.meta.url);
