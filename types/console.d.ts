/** The global `console`. What is written is the plugin's log. */
export interface ConsoleExtension {
  log: (...args: unknown[]) => void;
  error: (...args: unknown[]) => void;
  debug: (...args: unknown[]) => void;
  info: (...args: unknown[]) => void;
  warn: (...args: unknown[]) => void;
  // PostHog has the five above. The rest is there so that nothing fails for the sake of a line of the log.
  assert: (condition?: unknown, ...args: unknown[]) => void;
  clear: () => void;
  count: (label?: string) => void;
  countReset: (label?: string) => void;
  dir: (...args: unknown[]) => void;
  dirxml: (...args: unknown[]) => void;
  group: (...args: unknown[]) => void;
  groupCollapsed: (...args: unknown[]) => void;
  groupEnd: () => void;
  table: (...args: unknown[]) => void;
  time: (label?: string) => void;
  timeEnd: (label?: string) => void;
  timeLog: (label?: string, ...args: unknown[]) => void;
  trace: (...args: unknown[]) => void;
}
