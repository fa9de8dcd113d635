/** A day such as `6 Nov`, in the reader's language. */
export const shortDay = (date: string, locale?: string): string =>
  new Date(date).toLocaleDateString(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
