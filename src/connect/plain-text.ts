import type { Editor } from './editor.ts';
import { lineBreakOf } from './text-edits.ts';

/** A variable in a file of lines `NAME=value`, as programs read their environment from. */
export function environmentLine(name: string, value: string): Editor {
  const own = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*(.*?)[ \\t]*\\r?$`);
  return {
    read(text) {
      const [, written] =
        text
          .split('\n')
          .map((line) => own.exec(line))
          .findLast(Boolean) ?? [];
      return written?.replace(/^(["'])(.*)\1$/, '$2');
    },
    add(text) {
      const lines = lineBreakOf(text);
      const before = text === '' || /\n$/.test(text) ? '' : lines;
      return { insertions: [{ offset: text.length, text: `${before}${name}=${value}${lines}` }], containers: [] };
    },
    remove: (text) =>
      text
        .split('\n')
        .filter((line) => !own.test(line))
        .join('\n'),
  };
}

/** A file that has this text and nothing else. */
export const wholeText = (value: string): Editor => ({
  read: (text) => (text === '' ? undefined : text),
  add: () => ({ insertions: [{ offset: 0, text: value }], containers: [] }),
  remove: () => '',
});
