import { isUtf8 } from 'node:buffer';
import { InvalidInputError } from '../errors.ts';

/**
 * Lines of a file that people bring, as JSON Lines has them: UTF-8, ended by LF or CRLF and by nothing else, since U+2028, U+2029,
 * U+0085 and others may be part of a text. A byte order mark is skipped, also where files were joined.
 */
export interface TextLine {
  /** From 1. */
  readonly number: number;
  /** Without its end; null where `problem` says why the line cannot be read. */
  readonly text: string | null;
  readonly problem: string | null;
  /** The offset in the file behind the line and its end. */
  readonly end: number;
  /** False for a last line without a line feed. */
  readonly ended: boolean;
}

/** The longest line, in bytes. A unit within the limits of a proposal has less than 200 KiB. */
const maxLineBytes = 64 * 1024 * 1024;

/** Enough to tell what a file is. */
const headBytes = 8;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = '\ufeff';

/**
 * Reads lines, and holds one at a time. A line that is too long or not UTF-8 has a `problem`, and the next ones follow. Throws
 * `InvalidInputError` for a file in another encoding, or a compressed one.
 */
export async function* readTextLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes = maxLineBytes,
): AsyncGenerator<TextLine> {
  let number = 1;
  let start = 0;
  let size = 0;
  let parts: Buffer[] = [];

  const take = (part: Buffer) => {
    size += part.length;
    if (size > maxBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const finish = (ended: boolean): TextLine => {
    const end = start + size + (ended ? 1 : 0);
    const read =
      size > maxBytes
        ? { text: null, problem: `is longer than ${maxBytes} bytes` }
        : decode(Buffer.concat(parts), start);
    const line = { number, ...read, end, ended };
    number++;
    start = end;
    size = 0;
    parts = [];
    return line;
  };

  for await (const chunk of withRecognizedHead(chunks)) {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      take(chunk.subarray(from, at));
      yield finish(true);
      from = at + 1;
    }
    take(chunk.subarray(from));
  }
  if (size > 0) yield finish(false);
}

/** Reads a whole text, without a byte order mark. Throws `InvalidInputError` for what is not UTF-8, or has more than `maxBytes`. */
export async function readText(chunks: AsyncIterable<Uint8Array>, maxBytes = maxLineBytes): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of withRecognizedHead(chunks)) {
    size += part.length;
    if (size > maxBytes)
      throw new InvalidInputError([{ path: ['file'], message: `The input has more than ${maxBytes} bytes.` }]);
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return withoutMark(text);
  const at = firstInvalid(bytes, text);
  const before = bytes.subarray(0, at);
  const message = `line ${before.toString('latin1').split('\n').length}: ${notUtf8(bytes, at, at - (before.lastIndexOf(lineFeed) + 1), at)}.`;
  throw new InvalidInputError([{ path: ['file'], message }]);
}

/** The chunks, once the first bytes have shown that they may be UTF-8. */
async function* withRecognizedHead(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (head === null) {
      yield bytes;
      continue;
    }
    head = Buffer.concat([head, bytes]);
    if (head.length < headBytes) continue;
    refuseOtherForms(head);
    yield head;
    head = null;
  }
  if (head === null) return;
  refuseOtherForms(head);
  yield head;
}

/** What else a file may be, by its first bytes (`..` is any but 0), and what makes lines of UTF-8 of it. The first that fits counts. */
const otherForms = [
  ['fffe0000', 'UTF-32', 'iconv -f UTF-32 -t UTF-8'],
  ['0000feff', 'UTF-32', 'iconv -f UTF-32 -t UTF-8'],
  ['..000000', 'UTF-32 (little-endian)', 'iconv -f UTF-32LE -t UTF-8'],
  ['000000..', 'UTF-32 (big-endian)', 'iconv -f UTF-32BE -t UTF-8'],
  ['fffe', 'UTF-16 (little-endian)', 'iconv -f UTF-16 -t UTF-8'],
  ['feff', 'UTF-16 (big-endian)', 'iconv -f UTF-16 -t UTF-8'],
  ['..00', 'UTF-16 (little-endian)', 'iconv -f UTF-16LE -t UTF-8'],
  ['00..', 'UTF-16 (big-endian)', 'iconv -f UTF-16BE -t UTF-8'],
  ['1f8b', 'compressed (gzip)', 'gunzip -c'],
  ['28b52ffd', 'compressed (zstd)', 'unzstd -c'],
  ['425a68..3141', 'compressed (bzip2)', 'bunzip2 -c'],
  ['fd377a58', 'compressed (xz)', 'unxz -c'],
  ['504b0304', 'compressed (zip)', 'unzip -p'],
] as const;

function refuseOtherForms(head: Buffer) {
  const found = otherForms.find(([bytes]) =>
    (bytes.match(/../g) ?? []).every((byte, index) =>
      byte === '..' ? head[index] !== undefined && head[index] !== 0 : head[index] === Number.parseInt(byte, 16),
    ),
  );
  if (!found) return;
  const [, name, command] = found;
  throw new InvalidInputError([
    { path: ['file'], message: `The input is ${name}, and must be plain UTF-8: "${command}" makes that of it.` },
  ]);
}

function decode(bytes: Buffer, start: number): Pick<TextLine, 'text' | 'problem'> {
  const line = bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
  const text = line.toString('utf8');
  if (isUtf8(line)) return { text: withoutMark(text), problem: null };
  const at = firstInvalid(line, text);
  return { text: null, problem: notUtf8(line, at, at, start + at) };
}

const withoutMark = (text: string) => (text.startsWith(byteOrderMark) ? text.slice(1) : text);

const notUtf8 = (bytes: Buffer, at: number, ofLine: number, ofFile: number) =>
  `is not UTF-8: byte 0x${bytes[at]?.toString(16).padStart(2, '0')} at offset ${ofLine} of the line, ${ofFile} of the input`;

/** The offset of the first byte that is not UTF-8; in `text` there is a replacement character in its place. */
function firstInvalid(line: Buffer, text: string): number {
  const replaced = Buffer.from(text);
  let at = 0;
  while (line[at] === replaced[at]) at++;
  // the replacement character itself may begin like what it replaces
  while (((replaced[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
}
