import { type ReactNode, useEffect } from 'react';
import './page.css';

interface Props {
  readonly title: string;
  /** Beside the title, at the right. */
  readonly actions?: ReactNode;
  readonly lead?: ReactNode;
  readonly narrow?: boolean;
  readonly children: ReactNode;
}

/** A page with a heading; also the title of the document. */
export function Page({ title, actions, lead, narrow, children }: Props) {
  useTitle(title);
  return (
    <div className={`page ${narrow ? 'page-narrow' : ''}`}>
      <header className="page-head">
        <h1>{title}</h1>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {lead && <p className="page-lead">{lead}</p>}
      {children}
    </div>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · cq`;
  }, [title]);
}
