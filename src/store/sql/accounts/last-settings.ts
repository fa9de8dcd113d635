import type { ChangedSetting } from '../../store.ts';
import type { Queries } from '../queries.ts';
import { LastSettingEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';

interface Setting {
  readonly name: string;
  readonly value: string;
}

/** What is kept of a setting that is not set any more: the row stays, so that concurrent starts wait for it. */
const unset = '';

const selectAll = statement(LastSettingEntity, (settings) => settings.select('*'));

const replace = statement(LastSettingEntity, (settings, { name, value }: Setting) =>
  settings
    .insert({ name, value })
    .onConflict('name')
    .merge(['value'])
    // raw SQL: the QueryBuilder cannot compare with the row that is there
    .where('own.value <> excluded.value')
    .returning('name'),
);

/** Replaces the settings of the last start; answers those that differ. No value is empty. */
export async function replaceSettings(
  write: Queries,
  settings: Readonly<Record<string, string>>,
): Promise<ChangedSetting[]> {
  const before = new Map((await selectAll.all(write, {})).map(({ name, value }) => [name, value]));
  const changed: ChangedSetting[] = [];
  // in one order everywhere, so that two starts cannot wait for each other
  for (const name of [...new Set([...before.keys(), ...Object.keys(settings)])].toSorted()) {
    const [from, to] = [before.get(name) ?? unset, settings[name] ?? unset];
    // another process may have replaced it since it was read: then nothing comes back
    if (from !== to && (await replace.first(write, { name, value: to })))
      changed.push({ name, from: from || null, to: to || null });
  }
  return changed;
}
