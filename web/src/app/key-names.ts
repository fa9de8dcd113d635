interface Press {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The name of a press: `a`, `shift+a`, `?`, `mod+k` (Ctrl or ⌘), `enter`, `escape`, `down`. */
export function nameOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Press): string {
  const base = key.toLowerCase().replace(/^arrow/, '');
  const isLetter = /^\p{L}$/u.test(base);
  return [altKey && 'alt', (ctrlKey || metaKey) && 'mod', shiftKey && (isLetter || base.length > 1) && 'shift', base]
    .filter(Boolean)
    .join('+');
}
