import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { createSemaphore } from '../bulkhead.ts';
import { BodyTooLargeError, RequestBodyError } from '../transport/request.ts';

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};
const supported = 'gzip, deflate, br';

/** As many as there are threads for it: the rest wait without having any output yet. */
const inThreads = createSemaphore(4);

/**
 * Decompresses a request body by its `Content-Encoding`, in the thread pool, and stops as soon as it has more than `maxBytes`.
 * Resolves with a `RequestBodyError` where it cannot: for an encoding that is none of `gzip`, `deflate`, `br` (415), for damaged data (400)
 * and for too much of it (413). To be called with a concurrency slot, which bounds how many wait.
 */
export async function decompress(
  body: Buffer,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<Buffer | RequestBodyError> {
  const encodings = (contentEncoding ?? '').split(',').map((encoding) => encoding.trim().toLowerCase());
  const [encoding, ...more] = encodings.filter((name) => name !== '' && name !== 'identity');
  if (encoding === undefined || body.length === 0) return body;
  if (!isSupported(encoding) || more.length > 0) {
    const message = `The content encoding must be one of ${supported} or identity, got ${contentEncoding?.slice(0, 100)}.`;
    return new RequestBodyError(415, message, { 'accept-encoding': supported });
  }
  try {
    return await inThreads(() => decoders[encoding](body, { maxOutputLength: maxBytes }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      return new BodyTooLargeError(maxBytes, false, 'The body, decompressed,');
    return new RequestBodyError(400, `The body is not valid ${encoding}, or is cut short.`);
  }
}

const isSupported = (encoding: string): encoding is keyof typeof decoders => Object.hasOwn(decoders, encoding);
