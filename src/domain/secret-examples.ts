/** Tells the credentials of examples, such as documentation has, from real ones. */

/** What examples write in place of a password. The longer of two words that begin alike comes first. */
const words =
  /password|passwd|pass|pwd|pw|secret|token|credentials?|changeme|change|example|sample|dummy|redacted|hidden|placeholder|username|user|guest|anonymous|hunter|your|my|the|some|goes|here|personal|access|api|key|proxy|admin|root|app|dev|test|demo|local|super|strong|secure|foo|bar|baz|x/g;

/** Names that are nobody's: RFC 2606 and RFC 6761. */
const reservedHost = /(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid)$/i;

/** One character many times, such as the key of a documentation has after its prefix. */
const monotonous = /(.)\1{15,}$/;

/** Whether what a rule has found is an example. */
export function isExample(kind: string, match: string): boolean {
  if (monotonous.test(match)) return true;
  // of any length to the rule, and of any words: those of Slack are longer, and have digits
  if (kind === 'slack') return match.length < 30 || !/\d/.test(match);
  if (kind !== 'basicauth' && kind !== 'database-connection-string') return false;
  const [, password, host] = /:\/\/[^:/\s]*:([^@/\s]*)@([^:/?#\s]*)/.exec(match) ?? [];
  if (password === undefined || host === undefined) return false;
  return isPlaceholder(password) || reservedHost.test(host);
}

const isPlaceholder = (password: string) =>
  // <password>, [password], (password), and what is not printed
  /^(?:<.*>|\[.*\]|\(.*\)|[*.…•x]+)$/i.test(password) ||
  password
    .toLowerCase()
    .replace(/[-_.\d]/g, '')
    .replace(words, '') === '';
