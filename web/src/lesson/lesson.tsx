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

/** The whole lesson below its summary: why, what to do, and where it applies. */
export function LessonText({ content, marks = {} }: { readonly content: Content; readonly marks?: Marks }) {
  const { insight, context, extensions } = content;
  return (
    <div className="lesson">
      <Part name="Detail" text={insight.detail} marks={marks.detail} />
      <Part name="Action" text={insight.action} marks={marks.action} />
      <Context {...context} />
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

/** Texts beyond this are folded: the decision is to be seen beside them. */
const long = 2400;

function Part({ name, text, marks }: { name: string; text: string; marks?: readonly Range[] | undefined }) {
  const [open, setOpen] = useState(false);
  const folded = text.length > long && !open;
  return (
    <section className="lesson-part">
      <h3 className="label">{name}</h3>
      <div className={`lesson-text ${folded ? 'lesson-folded' : ''}`}>
        <CodeText text={text} marks={marks ?? []} />
      </div>
      {text.length > long && (
        <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show less' : 'Show all of it'}
        </Button>
      )}
    </section>
  );
}

function Context({ languages, frameworks, pattern }: Content['context']) {
  const groups = [
    ['Languages', languages],
    ['Frameworks', frameworks],
    ['Pattern', pattern ? [pattern] : []],
  ] as const;
  if (groups.every(([, values]) => values.length === 0)) return null;
  return (
    <section className="lesson-part">
      <h3 className="label">Context</h3>
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
