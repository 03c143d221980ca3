import { test } from "vitest";

import { runDocument } from "./run-document.ts";

test("what the README tells its reader to do works", { timeout: 300_000 }, () => runDocument("README.md"));
