import { SqliteDriver, Type } from '@mikro-orm/sqlite';
import { sqliteMigrationDialect } from '../../../migrations/step.ts';
import { supervision } from '../sql/schema/migrate.ts';
import { sharedOrmOptions } from '../sql/schema/orm-options.ts';
import { Dialect, type Patience } from './connection.ts';
import { type Handle, openToRead } from './handle.ts';

/** Instants are ISO 8601 text with milliseconds and `Z`, which sorts as time does. */
class InstantText extends Type<string, string> {
  override getColumnType() {
    return 'text';
  }

  override get runtimeType() {
    return 'Date';
  }
}

/** What MikroORM is told of a file: by the server, and by the command `mikro-orm`. */
export function ormOptions(file: string, handle?: Handle, watch = supervision(() => {}), patience?: Patience) {
  return {
    ...sharedOrmOptions(file, sqliteMigrationDialect, watch),
    driver: SqliteDriver,
    discovery: {
      getMappedType: (type: string, platform: { getDefaultMappedType(type: string): Type<unknown> }) =>
        type.startsWith('datetime') ? Type.getType(InstantText) : platform.getDefaultMappedType(type),
    },
    ...(handle && { driverOptions: new Dialect(handle, patience) }),
  };
}

/** The same over a connection that can only read. A function, since the command copies what it is given here. */
export const readingOptions = (file: string) => ({
  ...ormOptions(file),
  driverOptions: () => new Dialect(openToRead(file)),
});
