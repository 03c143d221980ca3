import { test } from "vitest";

import { findOrWarn, type Program } from "./programs.ts";

/**
 * The `test` to declare tests with that need a program: where it is missing they are skipped, and a warning says so. In CI nothing is skipped: there
 * the tests run, and fail, for want of it.
 * @example requireOrSkip("redis-server")("counts", async () => { ... });
 */
export const requireOrSkip = (program: Program): typeof test | typeof test.skip =>
  findOrWarn(program) === undefined ? test.skip : test;
