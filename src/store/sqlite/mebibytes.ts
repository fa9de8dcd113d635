/** A number of bytes in whole MiB, rounded up: what a file takes. */
export const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
