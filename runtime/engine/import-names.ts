/**
 * What the engine imports from the module `a`, by the names that the minifier gave it in quickjs-emscripten 0.32.0 (release-sync).
 * `npm run engine:constants` finds them anew for another version: by what is called when, by type, and by the JavaScript that is
 * published beside the binary.
 */
export const IMPORTS = {
  memory: "a",
  /** `__assert_fail`, `abort`, `exit`. */
  assertFail: "b",
  abort: "q",
  exit: "r",
  /** WASI's `fd_write`, `fd_close`, `fd_seek`, `environ_get`, `environ_sizes_get`. */
  fdWrite: "c",
  fdClose: "d",
  fdSeek: "o",
  environGet: "e",
  environSizesGet: "f",
  /** `emscripten_resize_heap`, `_emscripten_runtime_keepalive_clear`, `_setitimer_js`. */
  resizeHeap: "k",
  keepaliveClear: "l",
  setTimer: "j",
  /** `_tzset_js`, `_localtime_js`, `emscripten_date_now`. */
  setTimeZone: "n",
  localTime: "m",
  dateNow: "p",
  /** quickjs-emscripten's own. */
  callFunction: "s",
  freeHostRef: "t",
  shouldInterrupt: "i",
  loadModule: "h",
  normalizeModule: "g",
} as const;

export type ImportRole = keyof typeof IMPORTS;
