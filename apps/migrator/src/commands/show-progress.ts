const LINE_EVERY_MS = 5_000;
const PAINT_EVERY_MS = 100;

/** Shows how far long work is: one line that changes on a terminal, a line now and then elsewhere. */
export interface ProgressDisplay {
  show(text: string): void;
  end(): void;
}

export function showProgress(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  let last = Date.now();
  let isPainted = false;
  return {
    show(text) {
      const now = Date.now();
      if (now - last < (stream.isTTY ? PAINT_EVERY_MS : LINE_EVERY_MS)) return;
      last = now;
      if (!stream.isTTY) return void stream.write(`${text}\n`);
      isPainted = true;
      stream.write(`\r\u001b[K${text.slice(0, Math.max(stream.columns - 1, 20))}`);
    },
    end() {
      if (isPainted) stream.write('\r\u001b[K');
      isPainted = false;
    },
  };
}
