import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { migratedRegistry } from "../store/registry.ts";
import { ask, BEHIND, DEPLOYED, LOCAL, sendForm } from "./client.ts";

const SITE = "https://hoglet.test";

beforeAll(async () => {
  await migratedRegistry();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Signs in; answers the cookie as a browser would send it back. */
async function signIn(site = SITE): Promise<string> {
  const response = await sendForm(`${site}/console/sign-in`, { token: "test-token" });
  expect(response.status).toBe(303);
  expect(response.headers.get("Location")).toBe("/");
  return String(response.headers.get("Set-Cookie")).split(";")[0] ?? "";
}

describe("a deployed console", () => {
  test.each(["/", "/console/events"])("shows nothing at %s to strangers", async (path) => {
    const response = await ask(SITE + path, DEPLOYED);
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain("phc_demo");
  });

  test("asks for the token, with a form that browsers send as its own", async () => {
    expect((await ask(`${SITE}/`, DEPLOYED)).headers.get("Referrer-Policy")).toBe("same-origin");
    expect((await ask(`${SITE}/console/sign-in`, DEPLOYED)).headers.get("Location")).toBe("/");
    const html = await (await ask(`${SITE}/`, DEPLOYED)).text();
    expect(html).toContain('action="/console/sign-in"');
    expect(html).toContain('type="password"');
  });

  test("opens with the token, by a cookie that no script and no other site can use", async () => {
    const response = await sendForm(`${SITE}/console/sign-in`, { token: "test-token" }, { Origin: SITE });
    const cookie = String(response.headers.get("Set-Cookie"));
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; Secure/);
    expect(cookie).toMatch(/; SameSite=Strict/);
    expect(cookie).toMatch(/; Path=\//);
    expect(cookie).not.toContain("test-token");
    const home = await ask(`${SITE}/`, DEPLOYED, { headers: { Cookie: await signIn() } });
    expect(home.status).toBe(200);
    expect(await home.text()).toContain("phc_demo");
  });

  test.each([{ token: "wrong" }, { token: "" }, {}, { token: "t".repeat(100_000) }])(
    "stays shut for %o",
    async (fields) => {
      const response = await sendForm(`${SITE}/console/sign-in`, fields as Record<string, string>);
      expect(response.status).toBe(401);
      expect(response.headers.get("Set-Cookie")).toBeNull();
      expect(await response.text()).toContain("This is not the admin token.");
    },
  );

  test("refuses forms from other sites", async () => {
    for (const origin of ["https://evil.test", "null", "https://hoglet.test.evil.test"])
      for (const path of ["/console/sign-in", "/console/sign-out"]) {
        const response = await sendForm(SITE + path, { token: "test-token" }, { Origin: origin });
        expect(response.status).toBe(403);
        expect(response.headers.get("Set-Cookie")).toBeNull();
      }
  });

  test("refuses cookies that it did not sign, or signed with other secrets", async () => {
    const cookie = await signIn();
    const forged = [
      "hoglet_session=9999999999999",
      "hoglet_session=9999999999999.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D",
      cookie.replace(/=(\d)/, (_, digit) => `=${(Number(digit) + 1) % 10}`),
      cookie.slice(0, -8),
    ];
    for (const each of forged) {
      expect((await ask(`${SITE}/`, DEPLOYED, { headers: { Cookie: each } })).status).toBe(401);
    }
    for (const settings of [{ COOKIE_KEY: "another" }, { ADMIN_TOKEN: "another" }]) {
      const response = await ask(`${SITE}/`, { ...DEPLOYED, ...settings }, { headers: { Cookie: cookie } });
      expect(response.status).toBe(401);
    }
  });

  test("ends sessions after a week", async () => {
    const cookie = await signIn();
    vi.useFakeTimers({ now: Date.now() + 6 * 24 * 3600 * 1000, toFake: ["Date"] });
    expect((await ask(`${SITE}/`, DEPLOYED, { headers: { Cookie: cookie } })).status).toBe(200);
    vi.setSystemTime(Date.now() + 2 * 24 * 3600 * 1000);
    expect((await ask(`${SITE}/`, DEPLOYED, { headers: { Cookie: cookie } })).status).toBe(401);
  });

  test("ends a session when asked to", async () => {
    const home = await ask(`${SITE}/`, DEPLOYED, { headers: { Cookie: await signIn() } });
    expect(await home.text()).toContain("/console/sign-out");
    const response = await sendForm(`${SITE}/console/sign-out`, {}, { Origin: SITE });
    expect(response.status).toBe(303);
    expect(response.headers.get("Set-Cookie")).toMatch(/^hoglet_session=;.*Max-Age=0/);
  });

  test("leaves Secure out where there is no TLS", async () => {
    const response = await sendForm("http://hoglet.test/console/sign-in", { token: "test-token" });
    expect(response.headers.get("Set-Cookie")).not.toContain("Secure");
  });

  test.each(["ADMIN_TOKEN", "COOKIE_KEY"] as const)("is closed without %s, and says so", async (name) => {
    const settings = { ...DEPLOYED, [name]: "" };
    const response = await ask(`${SITE}/`, settings);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain(name);
    expect((await ask(`${SITE}/console/events`, settings)).status).toBe(401);
    for (const token of ["", "test-token"])
      expect((await sendForm(`${SITE}/console/sign-in`, { token }, {}, settings)).status).toBe(503);
  });
});

describe("a local console", () => {
  test.each(["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787"])("is open on %s", async (site) => {
    const response = await ask(`${site}/`, LOCAL);
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).toContain(`curl ${site}/e/`);
    expect(html).not.toContain("/console/sign-out");
  });

  test.each([
    "http://rebound.test:8787",
    "http://localhost.evil.test",
    "http://127.0.0.1.evil.test",
    "http://10.0.0.1",
  ])("is not open to %s, which may be another site's name for it", async (site) => {
    expect((await ask(`${site}/`, LOCAL)).status).toBe(401);
  });
});

test.each(["/", "/console/events", "/console/styles.css", "/console/live.js"])(
  "%s is the console's on the admin host alone",
  async (path) => {
    const elsewhere = await ask(SITE + path, { ...LOCAL, ADMIN_HOST: "admin.test" });
    expect(await elsewhere.text()).toBe(BEHIND);
    const there = await ask(`https://admin.test${path}`, { ...DEPLOYED, ADMIN_HOST: "admin.test" });
    expect(await there.text()).not.toBe(BEHIND);
  },
);
