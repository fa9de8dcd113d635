import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, isAbstractType } from 'graphql';
import { expect, test } from 'vitest';
import { cacheConfig } from '../../web/src/app/cache.ts';

const folder = `${import.meta.dirname}/../../schema`;
const schema = buildSchema(
  readdirSync(folder)
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
    .join('\n'),
);
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

test('the cache of the page knows what an interface may be', () => {
  for (const type of types.filter(isAbstractType))
    expect([...(cacheConfig.possibleTypes?.[type.name] ?? [])].sort(), type.name).toEqual(
      schema
        .getPossibleTypes(type)
        .map(({ name }) => name)
        .sort(),
    );
});
