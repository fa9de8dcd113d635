/** In place of what is not one of few. */
export const other = 'other';

/** Lets the first `most` different values pass, and answers `other` for all further ones: a label whose values only seem to be few stays so. */
export function bounded(most: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= most) return other;
    known.add(value);
    return value;
  };
}
