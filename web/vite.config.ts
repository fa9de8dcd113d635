import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { graphqlDocuments } from './graphql-documents.ts';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // works below any path: the server puts its own in place of the "./" of index.html
  base: './',
  plugins: [graphqlDocuments(), react()],
  build: {
    outDir: '../dist-web',
    emptyOutDir: true,
    // a policy without data: URLs holds for what is a file
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    reportCompressedSize: false,
  },
  // npm run web:dev, beside a server on its own port
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:3000', ws: true } } },
});
