import { Type } from '@mikro-orm/core';

/** A column type: an ordered list of strings, stored as a JSON array in a text column. */
export class TextList extends Type<readonly string[], string> {
  override convertToDatabaseValue(list: readonly string[]): string {
    // while a statement is built, a `Parameter` stands in for the list
    return Array.isArray(list) ? JSON.stringify(list) : (list as unknown as string);
  }

  override convertToJSValue(json: string): readonly string[] {
    return JSON.parse(json);
  }
}
