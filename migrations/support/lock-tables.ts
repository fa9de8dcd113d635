/**
 * PostgreSQL: locks what a step and those after it change, in the order in which requests lock it: else a proposal that has added its unit, and
 * waits to index it, would keep a later step from the units, and one of the two would fail. Somebody who reads for long, as a dump
 * does, would hold up all requests behind this: so it gives up after two seconds, in which autovacuum makes way, and tries again. `locks` are
 * statements `lock table …`.
 */
export const lockTables = (...locks: readonly string[]): string => `
  do $$
  declare waits text := current_setting('lock_timeout');
  begin
    loop
      begin
        set local lock_timeout = '2s';
        ${locks.map((lock) => `${lock};`).join('\n        ')}
        exit;
      exception when lock_not_available or deadlock_detected then
        perform pg_sleep(0.5);
      end;
    end loop;
    perform set_config('lock_timeout', waits, true);
  end $$`;
