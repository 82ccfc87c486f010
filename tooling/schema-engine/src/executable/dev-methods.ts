/** The engine, by the names of the protocol's methods. */
export type Engine = Record<string, (params: Params) => Promise<unknown>>;

/** Parameters of a request. */
export type Params = Record<string, unknown>;

interface Feedback {
  readonly message: string;
  readonly stepIndex: number;
}
interface DataLoss {
  readonly migrationSteps: number;
  readonly unexecutableSteps: readonly Feedback[];
  readonly warnings: readonly Feedback[];
}

const NO_FILTERS = { externalTables: [], externalEnums: [] };

/**
 * The two methods of `migrate dev` that compare the replayed history with the schema. The engine
 * answers them from a cache that only `devDiagnostic` fills, and fills it without the schema's
 * preview features: partial indexes then look like changes. Its `diff` knows them, and decides.
 */
export const DEV_METHODS: Readonly<
  Record<string, (engine: Engine, params: Params) => Promise<unknown>>
> = {
  async evaluateDataLoss(engine, params) {
    const script = await diff(engine, params);
    return onlyOf(script, await ask(engine, 'evaluateDataLoss', params));
  },

  async createMigration(engine, params) {
    const script = await diff(engine, params);
    const created = (await ask(engine, 'createMigration', params)) as object;
    if (script === undefined) {
      const migrationScript = params['draft'] === true ? '-- This is an empty migration.' : null;
      return { ...created, migrationScript };
    }
    const { warnings, unexecutableSteps } = onlyOf(
      script,
      await ask(engine, 'evaluateDataLoss', params),
    );
    return { ...created, migrationScript: header([...unexecutableSteps, ...warnings]) + script };
  },
};

async function ask(engine: Engine, method: string, params: Params): Promise<unknown> {
  const { migrationsList, filters = NO_FILTERS } = params;
  await engine['devDiagnostic']?.({ migrationsList, filters });
  return await engine[method]?.(params);
}

/** The SQL from the end of the history to the schema; undefined where there is none. */
async function diff(engine: Engine, params: Params): Promise<string | undefined> {
  const { migrationsList, schema, filters = NO_FILTERS } = params;
  const { exitCode, stdout } = (await engine['diff']?.({
    from: { tag: 'migrations', ...(migrationsList as object) },
    to: { tag: 'schemaDatamodel', ...(schema as object) },
    script: true,
    exitCode: true,
    shadowDatabaseUrl: null,
    filters,
  })) as { exitCode: number; stdout: string | null };
  return exitCode === 0 ? undefined : (stdout ?? '');
}

/** What the engine fears, less the unique indexes that the script does not make. */
function onlyOf(script: string | undefined, answer: unknown): DataLoss {
  if (script === undefined) return { migrationSteps: 0, unexecutableSteps: [], warnings: [] };
  const { warnings, ...rest } = answer as DataLoss;
  const isReal = ({ message }: Feedback) => {
    const table = /^A unique constraint .* on the table `([^`]+)` will be added/.exec(message)?.[1];
    const made = `CREATE UNIQUE INDEX "[^"]+" ON (?:"[^"]+"\\.)?"${escape(table ?? '')}"`;
    return table === undefined || new RegExp(made).test(script);
  };
  return { ...rest, warnings: warnings.filter(isReal) };
}

function escape(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

/** The comment that Prisma puts over a migration that may fail or lose data. */
function header(feedback: readonly Feedback[]): string {
  if (feedback.length === 0) return '';
  const lines = feedback.map(({ message }) => `  - ${message}`);
  return `/*\n  Warnings:\n\n${lines.join('\n')}\n\n*/\n`;
}
