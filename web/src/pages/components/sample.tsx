import type { ReactNode } from 'react';

/** Components under what they are called. */
export const Sample = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div className="stack">
    <h3 className="label">{name}</h3>
    {children}
  </div>
);
