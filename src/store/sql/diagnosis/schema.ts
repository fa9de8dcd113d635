import { type Finding, ok, problem, warning } from '../../../findings.ts';
import type { DatabaseState } from '../../store.ts';

const check = 'database.schema';
const migrateOff = 'CQ_MIGRATE is off: run "cq-server migrate".';

/** What it means that a database is in this state; `place` is its name for the operator. */
export function schemaFinding(state: DatabaseState, place: string, migrate: boolean): Finding {
  const untilStart = (found: string, start: string, advice: string) =>
    migrate ? warning(check, `${found} ${start}`, advice) : problem(check, found, migrateOff);
  switch (state.kind) {
    case 'missing':
    case 'empty':
      return untilStart(
        state.kind === 'missing' ? `${place} is not there.` : `${place} is there, and has no tables of a cq server.`,
        'The first start makes it.',
        'Start a server, or run "cq-server migrate"; where there should be data, name the right place: a path in CQ_DB_PATH is relative to the folder that the command runs in.',
      );
    case 'foreign':
      return problem(
        check,
        `${place} holds what no cq server made (${state.tables.slice(0, 3).join(', ')}).`,
        'Name another database, or another schema by CQ_DATABASE_SCHEMA.',
      );
    case 'python':
      return untilStart(
        `${place} is as the Python server left it.`,
        'The next start adopts it, and keeps a copy.',
        'Stop the Python server, then start this one, or run "cq-server migrate".',
      );
    case 'behind':
      return untilStart(
        `${place} is ${state.migrations} migrations behind this release.`,
        'The next start migrates it.',
        'Back it up, then start a server, or run "cq-server migrate".',
      );
    case 'newer':
      return problem(
        check,
        `${place} is newer than this release: it has the migration ${state.migration}.`,
        'Run the release that made it, or a newer one.',
      );
    case 'current':
      return ok(check, `${place} has every migration of this release.`);
  }
}
