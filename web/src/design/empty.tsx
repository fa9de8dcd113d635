import type { ReactNode } from 'react';
import './empty.css';

interface Props {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** What stands where there is nothing: what that means, and a way on. */
export const Empty = ({ title, children, actions }: Props) => (
  <div className="empty">
    <h2>{title}</h2>
    {children && <div className="empty-text">{children}</div>}
    {actions && <div className="empty-actions">{actions}</div>}
  </div>
);

/** Stands for text that is on its way, and takes its room. */
export const Skeleton = ({ lines = 3 }: { readonly lines?: number }) => (
  <div className="skeleton" role="status">
    <span className="skeleton-words">Loading…</span>
    {Array.from({ length: lines }, (_, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines are all alike
      <span key={index} className="skeleton-line" aria-hidden="true" />
    ))}
  </div>
);
