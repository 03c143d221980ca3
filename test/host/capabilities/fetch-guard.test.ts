import { describe, expect, test } from "vitest";

import { checkAddresses, checkUrl, isPrivateAddress } from "../../../host/capabilities/fetch-guard.ts";
import type { HostError } from "../../../runtime/host-error.ts";

const refusal = (url: string, hosts: "*" | string[] = "*", loopback = false): Pick<HostError, "name" | "message"> => {
  try {
    return { name: "allowed", message: checkUrl(url, { hosts, loopback }).href };
  } catch (error) {
    const { name, message } = error as HostError;
    return { name, message };
  }
};

describe("isPrivateAddress", () => {
  test.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700:4700::1111", "64:ff9b::808:808"])("%s is public", (ip) => {
    expect(isPrivateAddress(ip)).toBe(false);
  });

  test.each([
    ["loopback", "127.0.0.1"],
    ["all of 127/8", "127.255.0.3"],
    ["this host", "0.0.0.0"],
    ["private 10/8", "10.1.2.3"],
    ["private 172.16/12", "172.31.255.255"],
    ["private 192.168/16", "192.168.0.1"],
    ["carrier-grade NAT", "100.64.0.1"],
    ["link-local, the metadata server", "169.254.169.254"],
    ["benchmarking", "198.18.0.1"],
    ["multicast", "224.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["IPv6 loopback", "::1"],
    ["IPv6 unspecified", "::"],
    ["IPv6 unique local", "fd00:ec2::254"],
    ["IPv6 link-local", "fe80::1"],
    ["IPv4 in IPv6", "::ffff:127.0.0.1"],
    ["NAT64 of a private address", "64:ff9b::a00:1"],
    ["6to4 of a private address", "2002:0a00:0001::1"],
    ["NAT64 of a network's own", "64:ff9b:1::a00:1"],
    ["IPv4 in IPv6, of old", "::7f00:1"],
    ["IPv4 translated", "::ffff:0:7f00:1"],
    ["Teredo", "2001::1"],
    ["IPv6 site-local", "fec0::1"],
    ["IPv6 multicast", "ff02::1"],
    ["IPv6 that nobody was given", "5f00::1"],
    ["documentation", "3fff::1"],
    ["an address of one interface", "fe80::1%eth0"],
    ["no address", "example.com"],
  ])("%s (%s) is not", (_what, ip) => {
    expect(isPrivateAddress(ip)).toBe(true);
  });
});

describe("checkUrl", () => {
  test("lets public hosts through", () => {
    expect(refusal("https://api.example.com/v1?a=b").message).toBe("https://api.example.com/v1?a=b");
    expect(refusal("http://8.8.8.8:8080/")).toEqual({ name: "allowed", message: "http://8.8.8.8:8080/" });
  });

  test.each([
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://[::1]:80/",
    "http://[::ffff:10.0.0.1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost:8787/",
    "http://LOCALHOST./",
    "http://localhost../",
    "http://a.localhost/",
    "http://localho\u017ft/",
    "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",
    "http://127\u30020\u30020\u30021/",
    "http://%31%32%37.0.0.1/",
    "http://127.0.0.1./",
    "http://017700000001/",
    "http://0x7f.1/",
    "http://0/",
    "http://[::7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://100.100.100.200/",
    "http://[fd00:ec2::254]/",
    "http://public.example@127.0.0.1/",
    "http://127.0.0.1\\@public.example/",
    "http://metadata.google.internal/",
    "http://printer.local/",
    "http://metadata/",
  ])("refuses %s, whatever is granted", (url) => {
    const { name, message } = refusal(url);
    expect(name).toBe("DeniedError");
    expect(message).toContain("cannot be reached from a plugin");
    expect(refusal(url, [new URL(url).hostname]).name).toBe("DeniedError");
    // Not the line that would grant it: it would be of no use.
    expect(refusal(url, ["api.example.com"]).message).toBe(message);
  });

  test("lets the machine itself be reached where the operator says so, and nothing else that is private", () => {
    for (const url of ["http://localhost:1/", "http://a.localhost./", "http://127.9.9.9/", "http://[::1]/"]) {
      expect(refusal(url).message).toContain("ALLOW_LOOPBACK=true");
      expect(refusal(url, "*", true).name).toBe("allowed");
      expect(refusal(url, [new URL(url).hostname.replace(/\.$/, "")], true).name).toBe("allowed");
      expect(refusal(url, ["api.example.com"], true).name).toBe("DeniedError");
    }
    for (const url of ["http://10.0.0.1/", "http://0.0.0.0/", "http://[::ffff:127.0.0.1]/", "http://a.internal/"])
      expect(refusal(url, "*", true).name).toBe("DeniedError");
    const both = ["127.0.0.1", "10.0.0.1"];
    expect(() => checkAddresses("x.com", both, { hosts: "*", loopback: true })).toThrow("10.0.0.1");
    expect(() => checkAddresses("x.com", ["::1"], { hosts: "*", loopback: true })).not.toThrow();
  });

  test.each(["ftp://example.com/", "file:///etc/passwd", "data:text/plain,hi", "javascript:1"])("refuses %s", (url) => {
    expect(refusal(url)).toMatchObject({ name: "DeniedError" });
    expect(refusal(url).message).toContain("only http: and https:");
    expect(refusal(url, ["api.example.com"]).message).toBe(refusal(url).message);
  });

  test("answers text that is no address with a TypeError", () => {
    expect(refusal("/relative")).toMatchObject({ name: "TypeError" });
    expect(refusal("https://")).toMatchObject({ name: "TypeError" });
  });

  test.each([
    ["https://api.x.com/", ["api.x.com"], true],
    ["https://api.x.com./", ["api.x.com"], true],
    ["https://API.X.com/", ["api.x.com"], true],
    ["https://api.x.com:8443/", ["api.x.com"], true],
    ["https://api.x.com:8443/", ["api.x.com:8443"], true],
    ["https://api.x.com/", ["api.x.com:443"], true],
    ["http://api.x.com/", ["api.x.com:443"], false],
    ["https://api.x.com/", ["api.x.com:8443"], false],
    ["https://x.com/", ["api.x.com"], false],
    ["https://evilapi.x.com/", ["api.x.com"], false],
    ["https://api.x.com.evil.com/", ["api.x.com"], false],
    ["https://a.b.y.com/", ["*.y.com"], true],
    ["https://y.com/", ["*.y.com"], false],
    ["https://evily.com/", ["*.y.com"], false],
    ["https://anything.com/", ["*"], true],
    ["https://anything.com/", [], false],
  ])("%s with %j granted: %s", (url, allowed, isAllowed) => {
    expect(refusal(url, allowed).name).toBe(isAllowed ? "allowed" : "DeniedError");
  });

  test("a denial names the rule, the flag and the manifest line", () => {
    const { message } = refusal("https://api.x.com/v1", ["api.y.com"]);
    expect(message).toContain("fetch to api.x.com was denied");
    expect(message).toContain("[api.y.com]");
    expect(message).toContain('"capabilities": {"fetch": ["api.y.com","api.x.com"]}');
    expect(message).toContain("--allow-fetch=api.y.com,api.x.com");
  });
});

describe("checkAddresses", () => {
  const RULES = { hosts: "*", loopback: false } as const;

  test("refuses a name when any of its addresses is not public", () => {
    expect(() => checkAddresses("rebind.example.com", ["8.8.8.8", "10.0.0.1"], RULES)).toThrow(
      /rebind\.example\.com, which is 10\.0\.0\.1/,
    );
    expect(() => checkAddresses("example.com", ["8.8.8.8", "2606:4700::1"], RULES)).not.toThrow();
  });
});
