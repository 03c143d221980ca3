import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { processTree } from "../processes.ts";

/** Bytes that all workerd have in memory which a process started, directly or not. */
export function workerdMemory(pid: number): number {
  return processTree(pid)
    .map(process.platform === "linux" ? readProc : askPs)
    .filter(({ name }) => name === "workerd")
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

interface Resident {
  name: string;
  bytes: number;
}

// Slim Linux images have no `ps`, other systems have no /proc.
function readProc(pid: number): Resident {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const [, name = ""] = /^Name:\s*(.*)$/m.exec(status) ?? [];
  const [, kib = "0"] = /^VmRSS:\s*(\d+) kB$/m.exec(status) ?? [];
  return { name, bytes: Number(kib) * 1024 };
}

function askPs(pid: number): Resident {
  const line = execFileSync("ps", ["-o", "rss=,comm=", "-p", `${pid}`], { encoding: "utf8" });
  const [, kib = "0", path = ""] = /^\s*(\d+)\s+(.*)$/m.exec(line) ?? [];
  return { name: path.split("/").at(-1) ?? path, bytes: Number(kib) * 1024 };
}
