import { watch } from "node:fs";

/** Milliseconds without a change after which a burst of changes is over. */
const QUIET_MS = 100;
/** Changes that are none of the author's, or that the work itself makes. */
const IGNORED = /(?:^|[\\/])(?:node_modules|\.[^\\/]*)(?:[\\/]|$)/;

/** Does some work now and after every change below a folder, until the user interrupts. Work is never done twice at once. */
export async function watchFolder(folder: string, work: () => Promise<void>): Promise<void> {
  let wake: () => void = () => undefined;
  let isChanged = true;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(folder, { recursive: true }, (_event, name) => {
    if (name !== null && IGNORED.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      isChanged = true;
      wake();
    }, QUIET_MS);
  });
  const end = (): void => {
    isOver = true;
    wake();
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  try {
    while (!isOver) {
      if (isChanged) {
        isChanged = false;
        await work();
      } else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    watcher.close();
    clearTimeout(timer);
  }
}
