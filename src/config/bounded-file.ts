import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { TooLongError } from '../errors.ts';

/**
 * The bytes of a file, which may be a pipe or a device, and what it is. Throws what the system says where it cannot be read, and
 * `TooLongError` where it has more than `maxBytes`: a device such as /dev/zero has no end.
 */
export function readBounded(path: string, maxBytes: number): { readonly bytes: Buffer; readonly stats: Stats } {
  const bytes = Buffer.alloc(maxBytes + 1);
  const descriptor = openSync(path, 'r');
  try {
    const stats = fstatSync(descriptor);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (length > maxBytes) throw new TooLongError(`it has more than ${maxBytes} bytes`);
    return { bytes: bytes.subarray(0, length), stats };
  } finally {
    closeSync(descriptor);
  }
}
