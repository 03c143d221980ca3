import { describe, expect, test } from "vitest";

import { attack } from "./support/attack.ts";
import { network } from "./support/network.ts";

const HIDDEN = [
  "'http://127.0.0.1/'",
  "'http://2130706433/'",
  "'http://0x7f.1/'",
  "'http://017700000001/'",
  "'http://localhost./'",
  "'http://[::ffff:169.254.169.254]/'",
  "'http://[64:ff9b::a9fe:a9fe]/'",
  "'http://[2002:a9fe:a9fe::]/'",
  "'http://169.254.169.254/latest/meta-data/'",
  "'http://metadata.google.internal/'",
  "'http://\\u2460\\u2461\\u2466.\\u24ea.\\u24ea.\\u2460/'",
  "'http://x.com@127.0.0.1/'",
  "'\\thttp://127.0.0.1/\\n'",
  "'http:\\\\\\\\127.0.0.1\\\\'",
  "new URL('http://127.0.0.1/')",
  "{ toString: () => 'http://127.0.0.1/' }",
  "{ url: 'https://x.com/', toString: () => 'http://10.0.0.1/' }",
  "'file:///etc/passwd'",
  "'data:text/plain,x'",
  "'blob:http://127.0.0.1/x'",
];

describe("No address but a public host's is reached, however it is written.", () => {
  test.each(HIDDEN)("%s", async (address) => {
    const { left, options } = network();
    const { result } = await attack(`await fetch(${address})`, options);
    expect(result.outcome.kind).toBe("denied");
    expect(left).toEqual([]);
  });

  test("an address that is another one when it is looked at again", async () => {
    const { left, options } = network();
    const body = `let n = 0; const at = { toString: () => n++ ? "http://127.0.0.1/" : "https://x.com/" };
      await fetch(at); await fetch(at);`;
    expect((await attack(body, options)).result.outcome.kind).toBe("denied");
    expect(left.map(({ url }) => url)).toEqual(["https://x.com/"]);
  });

  test("a plugin that breaks its URL class", async () => {
    const { left, options } = network({ rules: { hosts: ["x.com"] } });
    const body = `Object.defineProperty(URL.prototype, "hostname", { get: () => "x.com" }); globalThis.URL = function () { return { href: "https://x.com/" } };
      String.prototype.startsWith = () => true; RegExp.prototype.test = () => true; Array.prototype.some = () => true;
      await fetch("https://evil.com/")`;
    expect((await attack(body, options)).result.outcome.kind).toBe("denied");
    expect(left).toEqual([]);
  });
});
