/** How much of a long test is done: a short form with every run, the whole of it where `CQ_CAMPAIGN` is set. */
export function campaign<T>(short: T, full: T): T {
  return process.env.CQ_CAMPAIGN ? full : short;
}
