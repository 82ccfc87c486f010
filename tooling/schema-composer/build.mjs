import { build } from 'esbuild';

// One file starts faster than many; the parser stays outside, since it loads its WebAssembly by path.
await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: ['@prisma/prisma-schema-wasm'],
  logLevel: 'warning',
});
