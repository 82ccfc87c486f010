import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { enginePanicked } from './errors.ts';

export type Bindings = typeof bindings;

interface PanicRegistry {
  message: string | undefined;
  set_message(message: string): void;
}

declare global {
  // The name under which the engine looks for it.
  var PRISMA_WASM_PANIC_REGISTRY: PanicRegistry | undefined;
}

interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** What is used of the platform's WebAssembly; its types stand in the browser's library only. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    compile(bytes: Uint8Array): Promise<object>;
    instantiate(module: object, imports: object): Promise<WasmInstance>;
  };
};

let loading: Promise<Bindings> | undefined;

/** Loads Prisma's schema engine once per process; about 0.2 s the first time. */
export function loadWasm(): Promise<Bindings> {
  loading ??= instantiate();
  return loading;
}

/** Turns the TypeError that a panic hides behind into a coded error, and forgets the dead instance. */
export function translatePanic(error: unknown): unknown {
  const registry = globalThis.PRISMA_WASM_PANIC_REGISTRY;
  if (registry?.message === undefined) return error;
  const { message } = registry;
  registry.message = undefined;
  loading = undefined;
  return enginePanicked(message);
}

async function instantiate(): Promise<Bindings> {
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    message: undefined,
    set_message(message) {
      this.message = message;
    },
  };
  const folder = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
  const module = await WebAssembly.compile(
    await readFile(path.join(folder, 'schema_engine_bg.wasm')),
  );
  const instance = await WebAssembly.instantiate(module, {
    './schema_engine_bg.js': withoutWaitingTimers(bindings),
  });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return bindings;
}

/** The engine starts a ten-second timer that would keep the process alive: its timers do not count. */
function withoutWaitingTimers(imports: Bindings): object {
  return Object.fromEntries(
    Object.entries<unknown>(imports).map(([name, value]) =>
      name.startsWith('__wbg_setTimeout_')
        ? [name, (work: () => void, ms: number) => setTimeout(work, ms >>> 0).unref()]
        : [name, value],
    ),
  );
}
