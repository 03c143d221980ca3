import { describe, expect, test } from "vitest";

import { attack } from "./support/attack.ts";

/**
 * CVE-2022-36067 and CVE-2023-29017 (vm2): Error.prepareStackTrace was handed callsites of the host, for errors and for unhandled rejections.
 * Here nothing ever calls it, whatever kind of error is told.
 */
describe("No error hands the plugin frames of the host.", () => {
  test.each([
    ["an error that is read", "void new Error().stack"],
    ["an error of the host's", "try { new URL('::') } catch (e) { void e.stack }"],
    ["an unhandled rejection", "Promise.reject(new Error('x')); await null"],
    ["an unhandled rejection of a capability", "meta.utils.cursor.increment('k', NaN); await null"],
    [
      "an error in a timer",
      "setTimeout(() => { throw new Error('x') }, 0); await new Promise((r) => setTimeout(r, 2))",
    ],
    ["an error in an async generator", "for await (const x of (async function* () { throw new Error('x') })());"],
  ])("%s", async (_, body) => {
    const script = `
      globalThis.frames = [];
      Error.prepareStackTrace = (error, sites) => { frames.push(sites, sites.map((site) => site.getThis?.())); return "prepared" };
      globalThis.Error = class extends Error { static prepareStackTrace(e, s) { frames.push(s) } };
      TypeError.prepareStackTrace = Error.prepareStackTrace;
      exports.onSnapshot = () => frames.length;`;
    const { plugin } = await attack(body, { script });
    expect(await plugin.run("onSnapshot", {})).toBe(0);
  });
});
