import { MikroORM } from '@mikro-orm/postgresql';
import { openPool, queries } from '../../src/store/postgres/connection.ts';
import { ormOptions } from '../../src/store/postgres/orm-options.ts';
import { configOf } from '../postgres/databases.ts';

/** What would have to be done to a database to make it what the entities describe; empty when nothing. */
export async function schemaDifference(url: string): Promise<string> {
  const config = configOf(url);
  const client = queries(openPool(config.primary, config));
  const orm = await MikroORM.init(ormOptions(config.primary.database, client));
  try {
    return await orm.schema.getUpdateSchemaSQL({ wrap: false });
  } finally {
    await orm.close();
    await client.destroy();
  }
}
