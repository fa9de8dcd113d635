import { SqliteDriver, Type } from '@mikro-orm/sqlite';
import { sqliteMigrationDialect } from '../../../migrations/step.ts';
import { supervision } from '../sql/schema/migrate.ts';
import { sharedOrmOptions } from '../sql/schema/orm-options.ts';
import { openReadOnly } from './connection.ts';
import { KyselySqliteDialect } from './kysely-driver.ts';
import { Writer } from './writer.ts';

/** A column type: instants as ISO 8601 text with milliseconds and `Z`, which sorts by time. */
class InstantText extends Type<string, string> {
  override getColumnType() {
    return 'text';
  }

  override get runtimeType() {
    return 'Date';
  }
}

/** MikroORM's options for a SQLite file, for the server and for the command `mikro-orm`. */
export function ormOptions(file: string, writer?: Writer, watch = supervision(() => {})) {
  return {
    ...sharedOrmOptions(file, sqliteMigrationDialect, watch),
    driver: SqliteDriver,
    discovery: {
      getMappedType: (type: string, platform: { getDefaultMappedType(type: string): Type<unknown> }) =>
        type.startsWith('datetime') ? Type.getType(InstantText) : platform.getDefaultMappedType(type),
    },
    ...(writer && { driverOptions: new KyselySqliteDialect(writer) }),
  };
}

/** The same over a read-only connection. `driverOptions` is a function, since MikroORM deep-copies its options. */
export const readOnlyOrmOptions = (file: string) => ({
  ...ormOptions(file),
  driverOptions: () => new KyselySqliteDialect(new Writer(openReadOnly(file))),
});
