/** Work that is done again and again beside the requests. */
export interface RepeatedWork {
  /** Ends early where the signal says so. */
  readonly work: (signal: AbortSignal) => Promise<unknown>;
  /** Milliseconds from one begin to the next. */
  readonly every: number;
  /** Told the code of an error; the work is done again all the same. */
  readonly failed: (code: string) => void;
}

/** Repeats work, one run at a time; answers how to stop, which waits for the run under way. */
export function repeatInBackground({ work, every, failed }: RepeatedWork): () => Promise<void> {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  const run = async () => {
    try {
      await work(stopping.signal);
    } catch (error) {
      const { code } = error as { code?: unknown };
      failed(typeof code === 'string' ? code : 'UNKNOWN');
    } finally {
      running = undefined;
    }
  };
  const timer = setInterval(() => {
    running ??= run();
  }, every);
  return async () => {
    clearInterval(timer);
    stopping.abort();
    await running;
  };
}
