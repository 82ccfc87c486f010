import { rmSync } from 'node:fs';
import { build } from 'esbuild';

// Few files start faster than many. Each command is a chunk of its own, loaded when it runs. Packages
// that find files beside themselves (WebAssembly, servers) stay outside: those named here, and those
// of our own that are imported dynamically.
rmSync('dist/chunks', { recursive: true, force: true });
await build({
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  conditions: ['@holovitals/source'],
  external: ['@holovitals/schema-engine', 'libpg-query', 'pg-native'],
  plugins: [
    {
      name: 'dynamic-packages-outside',
      setup({ onResolve }) {
        onResolve({ filter: /^@holovitals\// }, ({ kind, path }) =>
          kind === 'dynamic-import' ? { path, external: true } : undefined,
        );
      },
    },
  ],
  // pg is CommonJS and requires modules of Node.
  banner: {
    js: "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
