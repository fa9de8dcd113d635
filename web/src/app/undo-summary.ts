/** `Approved`, or `3 approved, 1 rejected`, of decisions that wait. */
export function summaryOf(
  entries: readonly { readonly done: string; readonly verb: string; readonly ids: readonly string[] }[],
): string {
  const [only] = entries;
  if (entries.length === 1 && only?.ids.length === 1) return only.done;
  const counts = new Map<string, number>();
  for (const { verb, ids } of entries) counts.set(verb, (counts.get(verb) ?? 0) + ids.length);
  return [...counts].map(([verb, number]) => `${number} ${verb}`).join(', ');
}
