import type { ChangedSetting, Store } from '../store/store.ts';
import { type AuditDetails, audit, theServer } from './audit.ts';
import { fingerprintOf } from './secrets.ts';

/** The settings of a server, by the names of their variables. */
export interface ServerSettings {
  readonly plain: Readonly<Record<string, string>>;
  /** Those that are, or may contain, secrets. */
  readonly secret: Readonly<Record<string, string>>;
}

/** What begins a value that is kept as a fingerprint, which tells whether it is the same. No value of a variable begins with it. */
const fingerprintMark = '\u{1}';

/** What is kept of a long value. */
const maxValue = 300;

/**
 * Records which settings differ from those of the last start, of whatever process: one entry, and none where nothing differs. Secrets
 * are only said to be `set`, `changed` or `removed`.
 */
export function auditSettings(store: Store, { plain, secret }: ServerSettings): Promise<void> {
  const kept = {
    ...mapValues(plain, (value) => value.slice(0, maxValue).toWellFormed()),
    ...mapValues(secret, (value) => fingerprintMark + fingerprintOf(value)),
  };
  return store.transaction(async (tx) => {
    const changed = await tx.audit.replaceSettings(kept);
    if (changed.length > 0)
      await audit(tx, theServer, 'settings.changed', { details: { changed: changed.map(describe) } });
  });
}

function describe({ name, from, to }: ChangedSetting): AuditDetails {
  if (![from, to].some((value) => value?.startsWith(fingerprintMark))) return { name, from, to };
  return { name, secret: from === null ? 'set' : to === null ? 'removed' : 'changed' };
}

const mapValues = (values: Readonly<Record<string, string>>, map: (value: string) => string) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
