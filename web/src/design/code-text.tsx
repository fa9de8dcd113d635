import { splitBackticks, splitCode, type TextPart } from './split-code.ts';
import './code-text.css';
import { cutAt, type Range } from './highlight.ts';
import { VisibleText } from './visible-text.tsx';

/** A lesson's text: prose as it is, code in backticks and fences in a monospaced face. `marks` are ranges to stand out. */
export function CodeText({ text, marks = [] }: { readonly text: string; readonly marks?: readonly Range[] }) {
  return (
    <div className="code-text">
      {splitCode(text).map((part) => {
        const pieces = <Pieces part={part} marks={marks} />;
        if (part.kind === 'prose') return <span key={part.start}>{pieces}</span>;
        if (part.kind === 'code') return <code key={part.start}>{pieces}</code>;
        return (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
          <pre key={part.start} tabIndex={0}>
            <code>{pieces}</code>
          </pre>
        );
      })}
    </div>
  );
}

/** One line, such as a summary, with code in backticks as code. */
export const CodeLine = ({ text, marks = [] }: { readonly text: string; readonly marks?: readonly Range[] }) => (
  <span className="code-line">
    {splitBackticks(text).map((part) => {
      const Face = part.kind === 'code' ? 'code' : 'span';
      return (
        <Face key={part.start}>
          <Pieces part={part} marks={marks} />
        </Face>
      );
    })}
  </span>
);

const Pieces = ({ part, marks }: { readonly part: TextPart; readonly marks: readonly Range[] }) =>
  cutAt(part.text, marks, part.start).map(({ text, marked, start }) =>
    marked ? (
      <mark key={start}>
        <VisibleText text={text} />
      </mark>
    ) : (
      <VisibleText key={start} text={text} />
    ),
  );
