/** Records in the order of `keys`, with null for the ones without a record. */
export function inOrder<Key, T>(keys: readonly Key[], records: readonly T[], keyOf: (record: T) => Key): (T | null)[] {
  const byKey = new Map(records.map((record) => [keyOf(record), record]));
  return keys.map((key) => byKey.get(key) ?? null);
}
