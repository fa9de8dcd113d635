import type { Plugin } from 'vite';

/** A call of the generated `graphql`, with a document that has no values in it. */
const call = /\bgraphql\(\s*(?:\/\*[^*]*\*\/\s*)?`((?:[^`$]|\$(?!\{))*)`\s*,?\s*\)/g;
const name = /\b(?:(query|mutation|subscription)|(fragment))\s+(\w+)/;

/**
 * Vite plugin: puts the generated document in the place of each call of `graphql`, as the client preset's own plugin for Babel does.
 * Otherwise the table by which it looks documents up, with the text and the tree of each, would be in the first load.
 */
export function graphqlDocuments(): Plugin {
  return {
    name: 'graphql-documents',
    enforce: 'pre',
    transform: {
      filter: { id: { include: /\/web\/src\/.*\.tsx?$/, exclude: /\/web\/src\/gql\// }, code: 'graphql(' },
      async handler(code) {
        const documents = new Set<string>();
        const replaced = code.replace(call, (whole, text: string) => {
          const [, operation, fragment, of] = name.exec(text) ?? [];
          if (of === undefined) return whole;
          const document = `${of}${operation || !fragment ? 'Document' : 'FragmentDoc'}`;
          documents.add(document);
          // as many lines as before, for source maps
          return `${document}${'\n'.repeat(whole.split('\n').length - 1)}`;
        });
        if (documents.size === 0) return null;
        const generated = await this.resolve('/src/gql/graphql.ts');
        if (!generated) throw new Error('there are no generated documents: npm run codegen makes them');
        return {
          code: `${replaced}\nimport { ${[...documents].join(', ')} } from ${JSON.stringify(generated.id)};\n`,
          map: null,
        };
      },
    },
  };
}
