/** One entry for each key, in the order of `keys`: its record, or null where there is none (a DataLoader's contract). */
export function alignToKeys<Key, T>(
  keys: readonly Key[],
  records: readonly T[],
  keyOf: (record: T) => Key,
): (T | null)[] {
  const byKey = new Map(records.map((record) => [keyOf(record), record]));
  return keys.map((key) => byKey.get(key) ?? null);
}
