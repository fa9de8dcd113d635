import './diff.css';
import { VisibleText } from './visible-text.tsx';
import { type DiffPart, wordDiff } from './word-diff.ts';

/** How one text becomes the other: what goes is struck through, what comes is underlined. */
export function Diff({ before, after }: { readonly before: string; readonly after: string }) {
  return (
    <div className="diff">
      {wordDiff(before, after).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text keep their order
        <Part key={index} {...part} />
      ))}
    </div>
  );
}

function Part({ kind, text }: DiffPart) {
  const visible = <VisibleText text={text} />;
  if (kind === 'same') return <span>{visible}</span>;
  if (kind === 'added') return <ins>{visible}</ins>;
  return <del>{visible}</del>;
}
