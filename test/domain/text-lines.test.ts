import { describe, expect, it } from 'vitest';
import { readText, readTextLines } from '../../src/domain/text-lines.ts';

type Part = string | readonly number[];

const bytesOf = (parts: readonly Part[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

/** The same bytes in pieces of this length. */
async function* inPieces(bytes: Buffer, length: number) {
  for (let from = 0; from < bytes.length; from += length) yield bytes.subarray(from, from + length);
}

async function linesOf(bytes: Buffer, { piece = 3, maxBytes }: { piece?: number; maxBytes?: number } = {}) {
  const lines = await Array.fromAsync(readTextLines(inPieces(bytes, piece), maxBytes));
  return lines.map(({ number, text, problem }) => [number, text ?? problem]);
}

const mark = [0xef, 0xbb, 0xbf];

describe('lines', () => {
  it.for<readonly [string, Part[], string[]]>([
    ['nothing', [], []],
    ['no line feed at the end', ['a\nb'], ['a', 'b']],
    ['a line feed at the end', ['a\nb\n'], ['a', 'b']],
    ['blank lines', ['\n\na\n\n'], ['', '', 'a', '']],
    ['CRLF', ['a\r\nb\r\n'], ['a', 'b']],
    ['CR alone', ['a\rb\n\r\r\nc\r'], ['a\rb', '\r', 'c']],
    [
      'what others take for the end of a line',
      ['a\u2028b\u2029c\u0085d\ve\ff\u001eg'],
      ['a\u2028b\u2029c\u0085d\ve\ff\u001eg'],
    ],
    ['characters of all lengths', ['é😀\nはtext\n'], ['é😀', 'はtext']],
    ['a byte order mark', [mark, 'a\nb'], ['a', 'b']],
    ['a byte order mark and nothing else', [mark], ['']],
    ['a byte order mark in a text', ['a\ufeff\n'], ['a\ufeff']],
    ['files with byte order marks, joined', [mark, 'a\n', mark, 'b\n'], ['a', 'b']],
  ])('with %s', async ([, parts, expected]) => {
    for (const piece of [1, 2, 3, 1000])
      expect(await linesOf(bytesOf(parts), { piece })).toEqual(expected.map((text, index) => [index + 1, text]));
  });

  it('say where each ends in the file, and whether by a line feed', async () => {
    const lines = await Array.fromAsync(readTextLines(inPieces(bytesOf([mark, 'é\r\n\n', 'x']), 2)));
    expect(lines.map(({ end, ended }) => [end, ended])).toEqual([
      [7, true],
      [8, true],
      [9, false],
    ]);
  });

  it.for<readonly [string, Part[], string]>([
    ['Latin 1', ['caf', [0xe9], ' "'], '0xe9 at offset 3 of the line, 5 of the input'],
    ['a byte that never is', ['é', [0xff]], '0xff at offset 2 of the line, 4 of the input'],
    ['a character cut off', ['a', [0xe2, 0x82]], '0xe2 at offset 1 of the line, 3 of the input'],
    [
      'what begins like a replacement character',
      ['a', [0xef, 0xbf], 'b'],
      '0xef at offset 1 of the line, 3 of the input',
    ],
    ['a replacement character before it', ['\ufffd', [0x80]], '0x80 at offset 3 of the line, 5 of the input'],
    ['a surrogate', [[0xed, 0xa0, 0xbd]], '0xed at offset 0 of the line, 2 of the input'],
    ['an overlong form', [[0xc0, 0xaf]], '0xc0 at offset 0 of the line, 2 of the input'],
  ])('that are not UTF-8 are named by line and byte, and the others are read: %s', async ([, parts, where]) => {
    const bytes = bytesOf(['a\n', ...parts, '\nb\n']);
    for (const piece of [1, 1000])
      expect(await linesOf(bytes, { piece })).toEqual([
        [1, 'a'],
        [2, `is not UTF-8: byte ${where}`],
        [3, 'b'],
      ]);
    await expect(readText(inPieces(bytes, 2))).rejects.toThrow(`line 2: is not UTF-8: byte ${where}.`);
  });

  it('that are too long are named, and the others are read', async () => {
    const bytes = bytesOf(['12345\n', '123456\n', 'b\n', '123456789']);
    expect(await linesOf(bytes, { maxBytes: 5 })).toEqual([
      [1, '12345'],
      [2, 'is longer than 5 bytes'],
      [3, 'b'],
      [4, 'is longer than 5 bytes'],
    ]);
  });
});

describe('a file of another kind', () => {
  const json = '{"id":1}\n{"id":2}\n';
  const utf16 = Buffer.from(json, 'utf16le');
  const utf32 = Buffer.from([...json].flatMap((sign) => [sign.charCodeAt(0), 0, 0, 0]));

  it.for<readonly [string, Buffer]>([
    ['UTF-16 (little-endian)', utf16],
    ['UTF-16 (big-endian)', Buffer.from(utf16).swap16()],
    ['UTF-16 (little-endian)', Buffer.from(`\ufeff${json}`, 'utf16le')],
    ['UTF-16 (big-endian)', Buffer.from(`\ufeff${json}`, 'utf16le').swap16()],
    ['UTF-16 (little-endian)', Buffer.from('\ufeff', 'utf16le')],
    ['UTF-32 (little-endian)', utf32],
    ['UTF-32 (big-endian)', Buffer.from(utf32).swap32()],
    ['UTF-32', bytesOf([[0xff, 0xfe, 0, 0]])],
    ['compressed (gzip)', bytesOf([[0x1f, 0x8b, 8, 0]])],
    ['compressed (zstd)', bytesOf([[0x28, 0xb5, 0x2f, 0xfd, 4]])],
    ['compressed (bzip2)', bytesOf(['BZh9', [0x31, 0x41, 0x59, 0x26]])],
    ['compressed (xz)', bytesOf([[0xfd], '7zXZ', [0]])],
    ['compressed (zip)', bytesOf(['PK', [3, 4, 20]])],
  ])('is refused as %s', async ([name, bytes]) => {
    for (const piece of [1, 1000]) {
      await expect(linesOf(bytes, { piece })).rejects.toThrow(`The input is ${name}, and must be plain UTF-8`);
      await expect(readText(inPieces(bytes, piece))).rejects.toThrow(`The input is ${name}`);
    }
  });

  it('is not what merely begins alike', async () => {
    for (const text of ['', 'B', 'BZhello', 'PK', '\u0000\u0000'])
      expect(await readText(inPieces(Buffer.from(text), 1))).toBe(text);
  });
});

it('a whole text is not read on where it has more than it may', async () => {
  let read = 0;
  async function* endless() {
    for (;;) yield Buffer.alloc(1000, ++read % 2 ? 'a' : 'b');
  }
  await expect(readText(endless(), 9999)).rejects.toThrow('The input has more than 9999 bytes.');
  expect(read).toBe(10);
  expect(await readText(inPieces(bytesOf(['1234', '56789']), 4), 9)).toBe('123456789');
});

it('a whole text is read without its byte order mark', async () => {
  expect(await readText(inPieces(bytesOf([mark, 'a\r\nb\u2028\n']), 1))).toBe('a\r\nb\u2028\n');
});
