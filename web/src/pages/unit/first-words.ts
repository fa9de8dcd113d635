/** The first three words of a summary, by which somebody says that they mean this one. */
export const firstWords = (summary: string): string => summary.trim().split(/\s+/).slice(0, 3).join(' ');

/** Whether two texts are the same but for case, backticks and white space. */
export const isSame = (typed: string, wanted: string): boolean => plain(typed) === plain(wanted);

const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[`\s]+/g, ' ')
    .trim();
