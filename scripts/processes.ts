import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

interface Process {
  pid: number;
  parent: number;
  state: string;
}

/** The process and everything that it started, directly or not, the youngest generation first. */
export function processTree(pid: number): number[] {
  const processes = listProcesses();
  const tree = [pid];
  for (const member of tree) for (const other of processes) if (other.parent === member) tree.push(other.pid);
  return tree.reverse();
}

/** The process that started this one, 1 once that has ended. */
export function parentOf(pid: number): number | undefined {
  return listProcesses().find((process) => process.pid === pid)?.parent;
}

/** Sends SIGKILL to those of the processes that still run. */
export function killHard(pids: readonly number[]): void {
  for (const pid of running(pids)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
}

/** Waits until none of the processes runs any more. @returns false when `timeoutMs` ran out first */
export async function waitForEnd(pids: readonly number[], timeoutMs: number): Promise<boolean> {
  for (let waited = 0; running(pids).length > 0; waited += 50) {
    if (waited >= timeoutMs) return false;
    await sleep(50);
  }
  return true;
}

// A zombie has ended; in a container without an init process it stays in the list for ever.
function running(pids: readonly number[]): number[] {
  const alive = new Set(listProcesses().flatMap(({ pid, state }) => (state.startsWith("Z") ? [] : [pid])));
  return pids.filter((pid) => alive.has(pid));
}

// Slim Linux images have no `ps`, other systems have no /proc.
function listProcesses(): Process[] {
  const lines =
    process.platform === "linux"
      ? readProc()
      : execFileSync("ps", ["-A", "-o", "pid=,state=,ppid="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, state, parent] = /^\s*(\d+)\s+(\S+)\s+(\d+)/.exec(line) ?? [];
    return pid && state && parent ? [{ pid: Number(pid), parent: Number(parent), state }] : [];
  });
}

function readProc(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      // "pid (command) state parent ...", where the command may hold spaces and brackets of its own.
      return [readFileSync(`/proc/${pid}/stat`, "utf8").replace(/\(.*\)/s, "")];
    } catch {
      return []; // It ended between the listing and the reading.
    }
  });
}
