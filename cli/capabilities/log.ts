import type { Capabilities } from "../../wit/generated/contract.ts";

export interface LogLine {
  level: Parameters<Capabilities["log"]["write"]>[0];
  message: string;
}

/** `console`, kept in order. */
export function provideLog(lines: LogLine[]): Capabilities["log"] {
  return {
    write(level, message) {
      lines.push({ level, message });
    },
  };
}
