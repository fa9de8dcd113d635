import { TooLongError } from './errors.ts';

/** The text of an answer of another server, which may say anything without end. Throws `TooLongError` where it has more than `maxBytes`. */
export async function readAnswer({ body }: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLongError(`the answer has more than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
