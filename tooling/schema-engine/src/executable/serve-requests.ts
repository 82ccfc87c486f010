import { createInterface } from 'node:readline';
import { isCodedError } from '@holovitals/errors';
import { createAdapterFactory } from '../engine-adapter.ts';
import { translatePanic } from '../load-wasm.ts';
import { createWasmEngine, offlineFactory } from '../open-schema-engine.ts';
import type { ExecutableArguments } from './arguments.ts';
import { DEV_METHODS, type Engine, type Params } from './dev-methods.ts';

interface Request {
  readonly id: number;
  readonly method?: string;
  readonly params: Params;
}

/** Methods whose name differs between the protocol and the engine. */
const ALIASES: Readonly<Record<string, string>> = { getDatabaseVersion: 'version' };

const RPC_ERROR = 4466;

/** Serves the CLI's JSON-RPC requests, one line each on standard input, until it ends. */
export async function serveRequests(args: ExecutableArguments): Promise<void> {
  let engine: Promise<Engine> | undefined;
  const open = () => {
    engine ??= openEngine(args);
    return engine;
  };
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const request = JSON.parse(line) as Request;
    if (request.method === undefined) continue;
    send(await answer(open, request, request.method));
  }
  process.exit(0);
}

async function openEngine(args: ExecutableArguments): Promise<Engine> {
  const factory =
    args.url === undefined
      ? offlineFactory()
      : createAdapterFactory({ url: args.url, shadowUrl: args.shadowUrl });
  return (await createWasmEngine(factory, args.files)) as unknown as Engine;
}

async function answer(
  open: () => Promise<Engine>,
  { id, params }: Request,
  method: string,
): Promise<object> {
  try {
    const engine = await open();
    const devMethod = DEV_METHODS[method];
    const result =
      devMethod === undefined
        ? await engine[ALIASES[method] ?? method]?.(params)
        : await devMethod(engine, params);
    const content = (result as { stdout?: string | null } | null | undefined)?.stdout;
    if (method === 'diff' && typeof content === 'string') {
      send({ jsonrpc: '2.0', id: `print-${id}`, method: 'print', params: { content } });
    }
    return { jsonrpc: '2.0', id, result: result ?? null };
  } catch (error) {
    return { jsonrpc: '2.0', id, error: toRpcError(translatePanic(error)) };
  }
}

function toRpcError(error: unknown): object {
  const { code, message, meta } = error as { code?: string; message?: string; meta?: unknown };
  return {
    code: RPC_ERROR,
    message: 'An error happened. Check the data field for details.',
    data: {
      is_panic: false,
      message: isCodedError(error) && error.fix ? `${error.message} ${error.fix}` : message,
      meta: meta ?? null,
      error_code: isCodedError(error) ? null : (code ?? null),
    },
  };
}

function send(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
