/** A key that does the same as what it is drawn on, for the eye only: `aria-keyshortcuts` says it to others. */
export const Key = ({ children }: { readonly children: string }) => (
  <span className="key" aria-hidden="true">
    {children}
  </span>
);
