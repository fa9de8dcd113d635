import { Type } from '@mikro-orm/core';

/** Texts in their order, as JSON in a column of text. */
export class TextList extends Type<readonly string[], string> {
  override convertToDatabaseValue(list: readonly string[]): string {
    // while a statement is built, something else stands for the list
    return Array.isArray(list) ? JSON.stringify(list) : (list as unknown as string);
  }

  override convertToJSValue(json: string): readonly string[] {
    return JSON.parse(json);
  }
}
