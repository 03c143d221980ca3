import { spawn } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";

import { workerdMemory } from "../../../scripts/soak/memory.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

test("memory is that of the workerd which a process started, and of nothing else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hoglet-memory-"));
  folders.push(folder);
  await symlink("/bin/sleep", join(folder, "workerd"));
  const other = spawn("/bin/sleep", ["60"]);
  const before = workerdMemory(process.pid);
  const workerd = spawn(join(folder, "workerd"), ["60"]);
  try {
    // Until it has become what it is to be, it is a copy of this process.
    await vi.waitFor(() => expect(workerdMemory(Number(workerd.pid))).toBeGreaterThan(100_000), 10_000);
    expect(before).toBe(0);
    expect(workerdMemory(process.pid)).toBe(workerdMemory(Number(workerd.pid)));
  } finally {
    workerd.kill();
    other.kill();
  }
});
