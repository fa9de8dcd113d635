import { useState } from 'react';
import { Tag } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { CodeText } from '../design/code-text.tsx';
import type { Range } from '../design/highlight.ts';
import './lesson.css';

interface Content {
  readonly insight: { readonly summary: string; readonly detail: string; readonly action: string };
  readonly context: {
    readonly languages: readonly string[];
    readonly frameworks: readonly string[];
    readonly pattern: string | null;
  };
  readonly extensions?: Record<string, unknown> | null;
}

interface Marks {
  readonly detail?: readonly Range[];
  readonly action?: readonly Range[];
}

interface Props {
  readonly content: Content;
  readonly marks?: Marks;
  /** Of the headings, which are below that of the summary. */
  readonly level?: 2 | 3;
}

/** The whole lesson below its summary: why, what to do, and where it applies. */
export function LessonText({ content, marks = {}, level = 3 }: Props) {
  const { insight, context, extensions } = content;
  return (
    <div className="lesson">
      <Part level={level} name="Detail" text={insight.detail} marks={marks.detail} />
      <Part level={level} name="Action" text={insight.action} marks={marks.action} />
      <Context level={level} context={context} />
      {extensions && Object.keys(extensions).length > 0 && (
        <details className="lesson-extensions">
          <summary>Extensions</summary>
          <dl>
            {Object.entries(extensions).map(([key, value]) => (
              <div key={key}>
                <dt className="mono">{key}</dt>
                <dd className="mono">{JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  );
}

/** Texts beyond this are folded, and no more of them is in the page: the decision is to be seen beside them. */
const long = 2400;

interface PartProps {
  readonly level: 2 | 3;
  readonly name: string;
  readonly text: string;
  readonly marks: readonly Range[] | undefined;
}

function Part({ level, name, text, marks }: PartProps) {
  const Heading = `h${level}` as const;
  const [open, setOpen] = useState(false);
  const folded = text.length > long && !open;
  return (
    <section className="lesson-part">
      <Heading className="label">{name}</Heading>
      <div className={`lesson-text ${folded ? 'lesson-folded' : ''}`}>
        <CodeText text={folded ? text.slice(0, long) : text} marks={marks ?? []} />
      </div>
      {text.length > long && (
        <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show less' : 'Show all of it'}
        </Button>
      )}
    </section>
  );
}

function Context({ level, context }: { readonly level: 2 | 3; readonly context: Content['context'] }) {
  const Heading = `h${level}` as const;
  const { languages, frameworks, pattern } = context;
  const groups = [
    ['Languages', languages],
    ['Frameworks', frameworks],
    ['Pattern', pattern ? [pattern] : []],
  ] as const;
  if (groups.every(([, values]) => values.length === 0)) return null;
  return (
    <section className="lesson-part">
      <Heading className="label">Context</Heading>
      <dl className="lesson-context">
        {groups.map(
          ([name, values]) =>
            values.length > 0 && (
              <div key={name}>
                <dt className="muted">{name}</dt>
                <dd className="row">
                  {values.map((value) => (
                    <Tag key={value}>{value}</Tag>
                  ))}
                </dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}
