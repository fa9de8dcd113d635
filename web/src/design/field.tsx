import { type ComponentProps, type ReactNode, useId } from 'react';
import './field.css';
import { codePoints, count } from './numbers.ts';

interface Labelled {
  readonly label: ReactNode;
  /** What is allowed, in a few words. */
  readonly help?: ReactNode;
  /** What is wrong with it. */
  readonly problem?: string | undefined;
  /** How many code points it may have; a counter shows it. */
  readonly limit?: number;
}

interface FrameProps extends Labelled {
  readonly id: string;
  readonly length: number | undefined;
  readonly children: ReactNode;
}

function Frame({ id, label, help, problem, limit, length, children }: FrameProps) {
  const over = limit !== undefined && length !== undefined && length > limit;
  return (
    <div className="field">
      <div className="field-head">
        <label htmlFor={id}>{label}</label>
        {limit !== undefined && length !== undefined && (
          <span className={`field-count number ${over ? 'field-over' : ''}`}>
            {count(length)} / {count(limit)}
            {over && ' – too long'}
          </span>
        )}
      </div>
      {children}
      {help && (
        <p className="field-help" id={`${id}-help`}>
          {help}
        </p>
      )}
      {problem && (
        <p className="field-problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

const described = (id: string, { help, problem }: Labelled) => ({
  'aria-describedby': [help && `${id}-help`, problem && `${id}-problem`].filter(Boolean).join(' ') || undefined,
  'aria-invalid': problem ? true : undefined,
});

export function TextField({ label, help, problem, limit, ...props }: Labelled & ComponentProps<'input'>) {
  const own = useId();
  const id = props.id ?? own;
  const length = typeof props.value === 'string' ? codePoints(props.value) : undefined;
  return (
    <Frame {...{ id, label, help, problem, length }} {...(limit !== undefined && { limit })}>
      <input type="text" className="input" {...props} id={id} {...described(id, { label, help, problem })} />
    </Frame>
  );
}

export function TextArea({ label, help, problem, limit, ...props }: Labelled & ComponentProps<'textarea'>) {
  const own = useId();
  const id = props.id ?? own;
  const length = typeof props.value === 'string' ? codePoints(props.value) : undefined;
  return (
    <Frame {...{ id, label, help, problem, length }} {...(limit !== undefined && { limit })}>
      <textarea className="input" rows={4} {...props} id={id} {...described(id, { label, help, problem })} />
    </Frame>
  );
}

export function SelectField({ label, help, problem, children, ...props }: Labelled & ComponentProps<'select'>) {
  const own = useId();
  const id = props.id ?? own;
  return (
    <Frame {...{ id, label, help, problem }} length={undefined}>
      <select className="input" {...props} id={id} {...described(id, { label, help, problem })}>
        {children}
      </select>
    </Frame>
  );
}

export function Checkbox({ label, ...props }: { readonly label: ReactNode } & ComponentProps<'input'>) {
  return (
    <label className="checkbox">
      <input type="checkbox" {...props} />
      <span>{label}</span>
    </label>
  );
}
