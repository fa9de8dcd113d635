import type { Config } from '../../config/config.ts';
import { type PostgresAddress, type PostgresConfig, replicaDatabase } from '../../config/database.ts';
import { UnavailableError, UnusableDatabaseError } from '../../errors.ts';
import { type DiagnosisOptions, ok, problem, type Report, sentence, warning } from '../../findings.ts';
import type { DatabaseState } from '../../store/store.ts';
import type { CommandContext } from '../command-context.ts';
import { look } from './look.ts';

/** How many questions to the database there are, each of which may take as long as one look. */
const questions = 3;

/** Looks at the database, then at each replica. Answers the state of the database; null where it cannot be told. */
export async function examineDatabase(
  config: Config,
  context: CommandContext,
  { limitMs, now }: Pick<DiagnosisOptions, 'limitMs' | 'now'>,
  report: Report,
): Promise<DatabaseState | null> {
  const { database, migrate } = config;
  const options = { migrate, vectors: config.embedding !== null, limitMs, now };
  const late = 'See whether the database is overloaded, or holds locks; or give it longer (--timeout 60).';
  const state = await look({ check: 'database', limitMs: limitMs * questions, late }, report, (told) =>
    context.diagnose(database, options, told),
  );
  if (database.engine !== 'postgres') return state;
  for (const [at, address] of database.replicas.entries())
    await look({ check: `replica.${at + 1}`, limitMs, late }, report, (told) =>
      examineReplica(database, address, state, `replica.${at + 1}`, context, told),
    );
  return state;
}

/** Whether a replica is a standby of the database, and not too far behind: as servers look at it. */
async function examineReplica(
  config: PostgresConfig,
  address: PostgresAddress,
  state: DatabaseState | null,
  check: string,
  context: CommandContext,
  report: Report,
): Promise<void> {
  const { label } = replicaDatabase(config, address);
  if (state === null || state.kind === 'empty' || state.kind === 'foreign' || state.kind === 'python') {
    report(warning(check, `${label} cannot be compared with the database as that is.`, 'See to the database first.'));
    return;
  }
  const begun = performance.now();
  try {
    await context.requireReplica(config, address);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    const reason = error.cause instanceof Error ? error.cause.message : String(error.cause);
    report(
      error instanceof UnusableDatabaseError
        ? problem(
            check,
            sentence(`${label} ${error.advice}`),
            'Correct CQ_DATABASE_REPLICA_URLS, or make a standby of that server anew (pg_basebackup). Servers read from the database itself meanwhile.',
          )
        : warning(
            check,
            `${label} is not read from: ${sentence(reason)}`,
            'See whether it runs, and how far it is: select * from pg_stat_replication, on the primary. Servers read from the database itself meanwhile.',
          ),
    );
    return;
  }
  const took = Math.round(performance.now() - begun);
  report(ok(check, `${label} is a standby of the database, and had all that was written ${took} ms ago.`));
}
