export const dayMs = 86_400_000;

/** The calendar day of an instant in UTC: `2026-01-31`. */
export const utcDay = (instant: Date | number): string => new Date(instant).toISOString().slice(0, 10);
