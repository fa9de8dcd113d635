// Run by codegen after it wrote a file. It re-exports imported enum types as values, which type stripping cannot run. The client's operations
// take the type of a document from beside them, and say that making one has no effect, so that bundlers leave out what is not used.
import { readFileSync, writeFileSync } from 'node:fs';

for (const file of process.argv.slice(2))
  writeFileSync(
    file,
    readFileSync(file, 'utf8')
      .replace(/^export \{ (\w+) \};$/gm, 'export type { $1 };')
      .replace(
        "import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';",
        "import type { DocumentTypeDecoration } from './typed-document.ts';",
      )
      .replace(/= new TypedDocumentString\(/g, '= /* @__PURE__ */ new TypedDocumentString('),
  );
