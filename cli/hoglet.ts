#!/usr/bin/env node
import { main } from "./main.ts";
import { processTerminal } from "./terminal.ts";

/** Put in by the build. */
declare const HOGLET_VERSION: string;

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

// Not process.exit: it would cut off output that a pipe has not taken yet.
try {
  process.exitCode = await main(process.argv.slice(2), processTerminal(), HOGLET_VERSION);
} catch (error) {
  console.error("hoglet: this is a fault of hoglet's own:", error instanceof Error ? error.stack : error);
  process.exitCode = 1;
}
